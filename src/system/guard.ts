import { spawn } from 'node:child_process';
import { RUN_VARIABLE } from './environment.ts';

/** A shell that outlives us and then ends what we started: the only thing left to do it after SIGKILL or a crash. */
export type Guard = {
  /** A process group that is to be ended with us. */
  watch(group: number): void;
  /** The group has ended; its number may come to belong to someone else. */
  forget(group: number): void;
  /** False once the guard itself is gone. */
  alive(): boolean;
};

/**
 * Starts a guard for all processes marked with a run id of the session (see `belongsToRun`). It waits on a pipe that
 * only we hold open: when the pipe ends, it ends the marked processes and the watched groups: SIGTERM, and after 2 s SIGKILL.
 */
export function startGuard(session: string): Guard {
  // Its own session, so that Ctrl-C in the terminal does not reach it; no marker, so that it does not end itself.
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: { ...process.env, LC_ALL: 'C' }, cwd: '/' });
  let alive = shell.pid !== undefined;
  const gone = (): void => {
    alive = false;
  };
  shell.on('error', gone).on('exit', gone);
  shell.stdin.on('error', gone);
  shell.unref();
  if ('unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref();
  // The bracket keeps the pattern from matching the command line of the very process that looks for it (ps on macOS).
  shell.stdin.write(`${RUN_VARIABLE}=[0-9a-f/-]*[${session[0]}]${session.slice(1)}-\n`);
  return {
    watch: (group) => void shell.stdin.write(`+ ${group}\n`),
    forget: (group) => void shell.stdin.write(`- ${group}\n`),
    alive: () => alive,
  };
}

// Two rounds in a row must find nothing: between fork and exec, and while /proc is read, a process can go unseen.
const SCRIPT = `
trap '' INT TERM HUP QUIT
IFS= read -r mark || exit 0
groups=
told=
while read -r sign group; do
  if [ "$sign" = + ]; then groups="$groups $group"; continue; fi
  kept=
  for each in $groups; do [ "$each" = "$group" ] || kept="$kept $each"; done
  groups=$kept
done
remaining() {
  if [ -r /proc/self/environ ]; then
    {
      grep -ls "$mark" /proc/[0-9]*/environ
      # Fields of stat after the command: state, parent, group, session. Zombies do not count.
      for each in $groups; do grep -lsE "\\) [^ZX] [0-9]+ ([0-9]+ )?$each " /proc/[0-9]*/stat; done
    } | while IFS=/ read -r empty proc pid rest; do echo "$pid"; done
  else
    ps -axEww -o pid=,command= | grep "$mark" | while read -r pid rest; do echo "$pid"; done
    for each in $groups; do kill -s 0 -- "-$each" && echo "-$each"; done
  fi
}
round=0
clean=0
while [ $clean -lt 2 ] && [ $round -lt 80 ]; do
  left=$(remaining)
  if [ -z "$left" ]; then
    clean=$((clean + 1))
  else
    clean=0
    for each in $left; do
      if [ $round -ge 40 ]; then kill -s KILL -- "$each"; continue; fi
      case " $told " in *" $each "*) continue ;; esac
      told="$told $each"
      kill -s TERM -- "$each"
      kill -s CONT -- "$each"
    done
  fi
  round=$((round + 1))
  sleep 0.05
done
`;
