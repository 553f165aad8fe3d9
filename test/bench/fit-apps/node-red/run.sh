#!/bin/bash
cd "$(dirname "$0")"
mkdir -p data; exec ${NODE:-node} node_modules/node-red/red.js --userDir data --port $PORT -D uiHost=127.0.0.1
