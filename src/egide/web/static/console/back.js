// The page behind signing in beside the room: it has nothing more to do, and closes where the browser lets it.

document.getElementById("close").addEventListener("click", () => close());
if (opener !== null) close();
