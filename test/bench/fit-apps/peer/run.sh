#!/bin/bash
cd "$(dirname "$0")"
exec ${NODE:-node} node_modules/peer/dist/bin/peerjs.js --host 127.0.0.1 --port $PORT
