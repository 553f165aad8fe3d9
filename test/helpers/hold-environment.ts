// A tool that has a frozen environment and waits for what becomes of it.
import { environment } from '../../src/lambda/index.ts';
import { lambdaApp } from './lambda.ts';

const started = environment({ command: './run.sh', cwd: lambdaApp, memoryMb: 256, node: process.execPath });
console.log((await started.ready).status);
setInterval(() => undefined, 1000);
