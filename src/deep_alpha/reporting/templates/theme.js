(function () {
  var root = document.documentElement;
  function stored() { try { return localStorage.getItem("theme"); } catch (error) { return null; } }
  function apply(theme) { if (theme === "dark" || theme === "light") root.dataset.theme = theme; }
  apply(stored());
  apply(location.hash.slice(1));
  addEventListener("DOMContentLoaded", function () {
    document.getElementById("theme").addEventListener("click", function () {
      var system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
      var next = (root.dataset.theme || system) === "dark" ? "light" : "dark";
      apply(next);
      try { localStorage.setItem("theme", next); } catch (error) { /* a page may not store */ }
    });
  });
})();
