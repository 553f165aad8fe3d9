import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

/** Threads at most: more share one memory bus, and this machine has other work too. */
const mostThreads = 8;
/** Tasks sent at once, at most: one message each would cost as much as a small task. */
const batch = 24;
/** Room for what lives as long as one task, which V8 would otherwise move about: twice what it takes by itself, and all of it at once. */
const youngMb = 96;
/**
 * V8's flags while such threads run, and those that take them back: its fastest compiler at once, and its slowest one never, which pays off
 * only after longer than they live. Without the one in between, as in Node 22, that is still worth it.
 */
const flags = { set: ['--min-semi-space-size=32', '--always-sparkplug'], reset: ['--min-semi-space-size=0', '--no-always-sparkplug'] };
if (Number.parseInt(process.versions.v8) >= 13) {
  flags.set.push('--no-turbofan');
  flags.reset.push('--turbofan');
}
/** A thread gets no further task with so large a part of all work that is left. */
const largestShare = 0.01;

/** Threads that work on tasks as these come. */
export interface WorkerPool<Task> {
  add(tasks: readonly Task[]): void;
  /** Resolves when every task is answered; nothing is added any more. Rejects with what a thread ended with. */
  finish(): Promise<void>;
  /** Ends the threads, whatever they do. */
  stop(): void;
}

/**
 * Pure work on tasks, on all of the machine's cores. `script` calls `answerTasks`; `sizeOf` is how much work a task is, in any unit: the
 * largest of those that wait is begun first, so that threads end together.
 */
export function openWorkers<Task, Answer>(script: URL, sizeOf: (task: Task) => number, onAnswer: (task: Task, answer: Answer) => void): WorkerPool<Task> {
  /** Those that wait, the smallest first, so that the next one is the last: taking from the front of a long list moves all of it. */
  const queue: { task: Task; size: number }[] = [];
  const threads = new Map<Worker, readonly Task[]>();
  const idle: Worker[] = [];
  let queued = 0;
  const most = Math.min(availableParallelism(), mostThreads);
  let failure: Error | null = null;
  let end: { resolve(): void; reject(error: Error): void } | null = null;

  const next = (): Task[] => {
    const tasks: Task[] = [];
    const limit = largestShare * queued;
    for (let size = 0; queue.length > 0 && tasks.length < batch && size <= limit; ) {
      const one = queue.pop()!;
      size += one.size;
      queued -= one.size;
      tasks.push(one.task);
    }
    return tasks;
  };
  const give = (worker: Worker): void => {
    const tasks = next();
    threads.set(worker, tasks);
    if (tasks.length > 0) worker.postMessage(tasks, []);
    else idle.push(worker);
  };
  const fail = (error: Error): void => {
    failure ??= error;
    stop();
    end?.reject(failure);
  };
  const work = (): void => {
    while (queue.length > 0 && idle.length > 0) give(idle.pop()!);
    while (queue.length > 0 && threads.size < most) give(begin());
    if (end !== null && failure === null && idle.length === threads.size) {
      stop();
      end.resolve();
    }
  };
  const begin = (): Worker => {
    if (threads.size === 0) flags.set.forEach(setFlagsFromString);
    // What preloads the caller does not belong in there.
    const worker = new Worker(script, { execArgv: [], env: {}, resourceLimits: { maxYoungGenerationSizeMb: youngMb } });
    worker.on('message', (answers: Answer[]) => {
      const tasks = threads.get(worker);
      if (tasks === undefined) return;
      tasks.forEach((task, i) => onAnswer(task, answers[i]!));
      give(worker);
      work();
    });
    worker.on('error', fail);
    worker.on('exit', (code) => threads.has(worker) && fail(new Error(`A worker thread ended with ${code}.`)));
    return worker;
  };
  const stop = (): void => {
    const running = [...threads.keys()];
    if (running.length > 0) flags.reset.forEach(setFlagsFromString);
    threads.clear();
    idle.length = 0;
    for (const worker of running) void worker.terminate();
  };
  return {
    add(tasks) {
      merge(queue, tasks.map((task) => ({ task, size: sizeOf(task) })).sort((a, b) => a.size - b.size));
      queued += tasks.reduce((sum, task) => sum + sizeOf(task), 0);
      if (failure === null) work();
    },
    finish() {
      return new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure);
        end = { resolve, reject };
        work();
      });
    },
    stop,
  };
}

/** Puts `more` where they belong among the others; both lists are sorted. */
function merge<Item extends { size: number }>(list: Item[], more: readonly Item[]): void {
  let from = list.length - 1;
  list.length += more.length;
  for (let to = list.length - 1, next = more.length - 1; next >= 0; to--) list[to] = from >= 0 && list[from]!.size > more[next]!.size ? list[from--]! : more[next--]!;
}

/** In a worker's script: answers each task with what `work` makes of it. */
export function answerTasks<Task, Answer>(work: (task: Task) => Answer): void {
  if (!isMainThread) parentPort!.on('message', (tasks: Task[]) => parentPort!.postMessage(tasks.map(work), []));
}
