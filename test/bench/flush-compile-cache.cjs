// Preloaded into one start of an app: Node writes its compile cache when the process ends by itself, which a server that
// is stopped by a signal does not.
'use strict';
const { flushCompileCache } = require('node:module');

setInterval(flushCompileCache, 200).unref();
