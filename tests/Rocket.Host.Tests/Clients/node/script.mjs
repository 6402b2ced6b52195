// What every script here shares: options come in as one JSON argument, facts go out as JSON lines on stdout, one object each with its
// "event"; a line on stdin is a command. Everything that the client library prints goes to stderr.
import { createInterface } from 'node:readline';

export const options = JSON.parse(process.argv[2]);

export function tell(event, facts = {}) {
  process.stdout.write(JSON.stringify({ event, ...facts }) + '\n');
}

// The library logs with console.warn and console.error; its chatter is not an event.
export const logger = { info() {}, debug() {}, warn() {}, error() {} };

// nameSrv makes the library ask that name server; httpclient is demanded, but only used to look up name servers by HTTP.
export const clientOptions = { nameSrv: options.nameServer, httpclient: {}, logger };

export function tellErrors(client) {
  client.on('error', error => tell('error', factsOf(error)));
}

/** The library's codes are the broker's numbers, or words such as ECONNREFUSED. */
export function factsOf(error) {
  return { message: error.message, code: error.code === undefined ? undefined : String(error.code) };
}

/** Runs the script to its end. The library keeps a hidden producer open for ever, so the process has to be ended. */
export async function run(main) {
  try {
    await main();
    await new Promise(resolve => process.stdout.write('', resolve));
    process.exit(0);
  } catch (error) {
    process.stderr.write(error.stack + '\n');
    process.exit(1);
  }
}

/** Resolves when the line comes on stdin. Its end counts as every command: nobody is left who could send one. */
export function command(line) {
  return new Promise(resolve => {
    lines.on('line', text => text === line && resolve());
    lines.on('close', resolve);
  });
}

const lines = createInterface({ input: process.stdin });
