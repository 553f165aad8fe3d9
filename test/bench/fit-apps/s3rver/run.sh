#!/bin/bash
cd "$(dirname "$0")"
mkdir -p data; exec ${NODE:-node} node_modules/s3rver/bin/s3rver.js --address 127.0.0.1 --port $PORT --directory data --silent
