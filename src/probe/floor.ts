// The least a Node server can be. What it takes to answer is the floor of every cold start on this machine.
import { createServer } from 'node:http';

createServer((_, response) => response.end()).listen(Number(process.env['PORT']), '127.0.0.1');
