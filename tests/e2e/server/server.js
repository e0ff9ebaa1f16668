// The OAuth server of the end-to-end tests.
//
// Prints one line to standard output when it listens: {"issuer":"http://127.0.0.1:PORT"}. Ends when its standard input
// does, so that it never outlives the program that started it.

import { createServer } from 'node:http';

// Standard output is for the address; notices go to standard error.
console.info = console.error;
console.log = console.error;

const { Provider } = await import('oidc-provider');
const { protect } = await import('./api.js');
const { configuration } = await import('./configuration.js');

const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, configuration());
provider.on('server_error', (ctx, error) => console.error(error));
provider.use(protect(provider));
server.on('request', provider.callback());

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
