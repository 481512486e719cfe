// The worker behind tick.js: it does nothing but beat.
setInterval(() => postMessage(null), 500);
