// Parse, signals, exit code: the only place that ends the process.
import { COMMANDS, GENERAL_HELP, VERSION } from './commands.js';
import { helpOf, readArguments } from './define-command.js';
import { CliError, Exit, exitCodeOf, failureOf, type ExitCode } from './exit.js';
import { createOutput, type Output } from './output.js';
import { didYouMean } from './suggest.js';

async function main(argv: readonly string[]): Promise<ExitCode> {
  const [verb, ...rest] = argv;
  const wantsJson = rest.includes('--json');
  let out = createOutput({ json: wantsJson, quiet: false, verbose: false }, process);
  const controller = new AbortController();
  let interrupts = 0;
  const onSignal = () => {
    interrupts += 1;
    if (interrupts === 1) controller.abort(new DOMException('interrupted', 'AbortError'));
    else process.exit(Exit.interrupted);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // Whoever read stdout is gone (`| head`): long work stops as by Ctrl-C, so that it never ends half done with 0.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => { if (error.code === 'EPIPE') controller.abort(new DOMException('nobody reads the output any more', 'AbortError')); });
  let verbose = false;
  try {
    if (verb === undefined || verb === '--help' || verb === '-h' || verb === 'help') { process.stdout.write(`${GENERAL_HELP}\n`); return Exit.ok; }
    if (verb === '--version' || verb === '-v') { process.stdout.write(`${VERSION}\n`); return Exit.ok; }
    const load = COMMANDS[verb]?.load;
    if (load === undefined) throw new CliError('CLI_USAGE', `unknown verb ${JSON.stringify(verb)}${didYouMean(verb, Object.keys(COMMANDS))}`, {}, { hint: 'voxtune --help lists the verbs.' });
    const command = await load();
    const { args, flags } = readArguments(command, rest);
    if (flags['help'] === true) { process.stdout.write(`${helpOf(command)}\n`); return Exit.ok; }
    verbose = flags['verbose'] === true;
    out = createOutput({ json: flags['json'] === true, quiet: flags['quiet'] === true, verbose }, process);
    const code = await command.run({ args, flags, out, signal: controller.signal, cwd: process.cwd(), env: process.env });
    return controller.signal.aborted && code === Exit.failed ? Exit.interrupted : code;
  } catch (error) {
    return reportFailure(error, out, verbose, controller.signal.aborted);
  }
}

function reportFailure(error: unknown, out: Output, verbose: boolean, interrupted: boolean): ExitCode {
  const failure = failureOf(error);
  if (out.json) out.data({ error: failure });
  else {
    out.redraw('');
    process.stderr.write(`${out.paint('red', `error ${failure.code}`)}: ${failure.message}\n  ${failure.hint}\n`);
    if (verbose && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n${error.cause === undefined ? '' : `cause: ${String(error.cause)}\n`}`);
  }
  return interrupted ? Exit.interrupted : exitCodeOf(failure.code);
}

process.exitCode = await main(process.argv.slice(2));
