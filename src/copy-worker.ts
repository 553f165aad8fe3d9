// Runs in worker threads: copies of files.
import { copyFile } from './system/file-tree.ts';
import { answerTasks } from './system/workers.ts';

answerTasks(copyFile);
