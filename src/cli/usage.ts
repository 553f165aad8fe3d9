import type { Command, CommanderError } from 'commander';
import { nearest } from '../config/nearest.ts';
import { UserError } from '../model/trouble.ts';

/** Words what commander found wrong with the command line. Values are left out: they may be secrets. */
export function usageError(error: CommanderError, root: Command, argv: readonly string[]): UserError {
  const commands = root.commands.map((command) => command.name());
  const current = root.commands.find((command) => command.name() === argv.find((word) => !word.startsWith('-')));
  const help = current === undefined ? 'See lwa-split --help.' : `See lwa-split ${current.name()} --help.`;
  const option = /--?[A-Za-z][\w-]*/.exec(error.message)?.[0] ?? 'an option';
  switch (error.code) {
    case 'commander.unknownOption': {
      const meant = nearest(option, (current ?? root).options.map((some) => some.long ?? ''));
      return new UserError('unknown-option', `There is no option ${option}.`, `${meant === null ? '' : `Did you mean ${meant}? `}${help}`, error);
    }
    case 'commander.unknownCommand': {
      const typed = argv.find((word) => !word.startsWith('-')) ?? '';
      const meant = nearest(typed, commands);
      return new UserError('unknown-command', `There is no command ${typed}.`, `${meant === null ? '' : `Did you mean ${meant}? `}The commands are ${commands.slice(0, -1).join(', ')} and ${commands.at(-1)}.`, error);
    }
    case 'commander.optionMissingArgument':
      return new UserError('missing-value', `The option ${option} needs a value.`, help, error);
    case 'commander.missingArgument':
      return new UserError('missing-argument', `${current?.name() ?? 'The command'} needs to be told the module.`, 'For example: lwa-split why express', error);
    case 'commander.excessArguments':
      return new UserError('excess-arguments', `${current?.name() ?? 'The command'} was given more arguments than it takes.`, `Quote a path or command with spaces in it. ${help}`, error);
    case 'commander.conflictingOption':
      return new UserError('conflicting-options', `The options ${[...error.message.matchAll(/--[\w-]+/g)].map(([name]) => name).join(' and ')} exclude each other.`, 'Give one of them.', error);
    default:
      return new UserError('bad-usage', 'The command line is not understood.', help, error);
  }
}
