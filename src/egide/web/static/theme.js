// Sets the theme before anything is drawn: dark in the room, light in the file, or what this person last chose.
(() => {
  const room = document.documentElement.dataset.room;
  let chosen = null;
  try { chosen = localStorage.getItem(`egide-theme-${room}`); } catch { /* storage is refused: the default holds */ }
  document.documentElement.dataset.theme = chosen === "light" || chosen === "dark" ? chosen : room === "room" ? "dark" : "light";
})();
