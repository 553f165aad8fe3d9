#!/bin/bash
cd "$(dirname "$0")"
exec ${NODE:-node} node_modules/json-server/lib/bin.js --host 127.0.0.1 --port $PORT db.json
