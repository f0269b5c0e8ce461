// Comfort on top of pages that work without it: drafts, one press one sending,
// focus on the first error, the menu on a phone, printing, a calendar.
(function () {
  "use strict";

  var root = document.documentElement;
  var IDLE = 2000;
  var states = new WeakMap();
  root.classList.add("js");

  function stateOf(form) {
    if (!states.has(form)) {
      states.set(form, { timer: 0, changed: false, sending: false, saving: null });
    }
    return states.get(form);
  }

  function say(form, text) {
    var place = form.querySelector("[data-draft-state]");
    if (place) place.textContent = text;
  }

  function words(form, name) {
    var place = form.querySelector("[data-draft-state]");
    return place ? place.dataset[name] || "" : "";
  }

  // A session ends for want of use; the page says so some minutes before, and when it has ended.
  var idle = document.querySelector("[data-idle]");
  var minutes = idle ? Number(idle.dataset.idle) : 0;
  var soon = 0;
  function sessionUsed() {
    if (!idle) return;
    clearTimeout(soon);
    idle.hidden = true;
    soon = setTimeout(function () {
      idle.hidden = false;
      soon = setTimeout(sessionEnded, Math.min(5, minutes / 2) * 60000);
    }, Math.max(minutes - 5, minutes / 2) * 60000);
  }
  function sessionEnded() {
    idle.hidden = false;
    idle.querySelector("p").textContent = idle.dataset.ended;
    idle.querySelector("button").hidden = true;
  }
  if (idle) {
    sessionUsed();
    idle.querySelector("button").addEventListener("click", function () {
      // Whoever is signed in is led on from the page for signing in; whoever is not gets it.
      fetch("/sign-in", { credentials: "same-origin", redirect: "manual" }).then(function (answer) {
        if (answer.type === "opaqueredirect") sessionUsed();
        else sessionEnded();
      }).catch(function () {});
    });
  }

  function clock() {
    var now = new Date();
    var two = function (n) { return String(n).padStart(2, "0"); };
    return two(now.getHours()) + ":" + two(now.getMinutes());
  }

  // What a draft holds: every field except files and passwords.
  function draftOf(form) {
    var body = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (typeof value !== "string") return;
      var field = form.elements.namedItem(name);
      if (field && field.type === "password") return;
      body.append(name, value);
    });
    return body;
  }

  function saveDraft(form) {
    var state = stateOf(form);
    if (!state.changed || state.sending) return;
    if (state.saving) {
      // One at a time, so that an older draft never lands on a newer one.
      state.saving.then(function () { later(form); });
      return;
    }
    state.changed = false;
    state.saving = fetch("/drafts", {
      method: "POST",
      body: draftOf(form),
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    }).then(function (answer) {
      // A redirect to the sign-in page is not a saved draft.
      if (!answer.ok || answer.redirected) throw new Error("draft");
      sessionUsed();
      if (!state.changed) say(form, words(form, "kept") + " " + clock());
    }).catch(function () {
      state.changed = true;
      say(form, words(form, "lost"));
    }).finally(function () {
      state.saving = null;
    });
  }

  function later(form) {
    var state = stateOf(form);
    clearTimeout(state.timer);
    state.timer = setTimeout(function () { saveDraft(form); }, IDLE);
  }

  function onEdit(event) {
    var filler = event.target.dataset ? event.target.dataset.fills : null;
    if (filler && event.target.value) {
      var field = document.getElementById(filler);
      if (field) field.value = event.target.value;
    }
    var form = event.target.form;
    if (!form || !form.hasAttribute("data-draft")) return;
    stateOf(form).changed = true;
    say(form, words(form, "unsent"));
    later(form);
  }

  document.addEventListener("input", onEdit);
  document.addEventListener("change", onEdit);

  window.addEventListener("beforeunload", function (event) {
    var open = Array.prototype.some.call(document.forms, function (form) {
      var state = states.get(form);
      return state && state.changed && !state.sending;
    });
    if (open) event.preventDefault();
  });

  // A second press on a button does nothing while the first is under way. The
  // button stays enabled, or its own name and value would not be sent.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-once-only")) return;
    var state = stateOf(form);
    if (state.sending) {
      event.preventDefault();
      return;
    }
    clearTimeout(state.timer);
    state.sending = true;
    if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
    if (form.dataset.sending) say(form, form.dataset.sending);
  });

  function freeAgain(form) {
    stateOf(form).sending = false;
    form.querySelectorAll("[aria-disabled]").forEach(function (button) {
      button.removeAttribute("aria-disabled");
    });
  }

  // Back from the next page out of the browser's memory: the form lives again.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) Array.prototype.forEach.call(document.forms, freeAgain);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var form = event.target.closest ? event.target.closest("form") : null;
    if (form) freeAgain(form);
  });

  function focusFirstError(within) {
    var summary = within.querySelector("[data-error-summary]");
    var wrong = summary || within.querySelector("[aria-invalid='true'], [data-invalid] input");
    if (wrong) wrong.focus();
  }
  document.addEventListener("htmx:afterSettle", function (event) {
    focusFirstError(event.target);
  });

  // The menu on a phone. Without this file the link leads to it and shows it.
  var opener = document.querySelector("[data-menu]");
  var menu = opener && document.getElementById(opener.dataset.menu);
  function showMenu(open) {
    menu.classList.toggle("open", open);
    opener.setAttribute("aria-expanded", String(open));
    var target = open ? menu.querySelector("a") : opener;
    if (target) target.focus();
  }
  if (menu) {
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-controls", menu.id);
    opener.setAttribute("aria-expanded", "false");
    opener.addEventListener("click", function (event) {
      event.preventDefault();
      showMenu(!menu.classList.contains("open"));
    });
    opener.addEventListener("keydown", function (event) {
      if (event.key !== " ") return;
      event.preventDefault();
      opener.click();
    });
    menu.addEventListener("click", function (event) {
      if (!event.target.closest("[data-menu-close]")) return;
      event.preventDefault();
      showMenu(false);
    });
  }

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    if (menu && menu.classList.contains("open")) showMenu(false);
    document.querySelectorAll("details.account[open]").forEach(function (box) {
      box.open = false;
      box.querySelector("summary").focus();
    });
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
    document.querySelectorAll("details.account[open]").forEach(function (box) {
      if (!box.contains(event.target)) box.open = false;
    });
    // A link to a wrong field puts the cursor into it.
    var link = event.target.closest("[data-error-summary] a");
    var field = link && document.getElementById(link.hash.slice(1));
    if (field) {
      event.preventDefault();
      field.focus();
      field.scrollIntoView({ block: "center" });
    }
  });

  focusFirstError(document);
})();
