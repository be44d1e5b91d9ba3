// Finds cases in an exported register. Works from a disk: the index comes as scripts, nothing is fetched, nothing is sent.
(function () {
  "use strict";
  var form = document.getElementById("search");
  if (!form) return;
  var root = form.getAttribute("data-root");
  var language = document.documentElement.lang;
  var out = document.getElementById("found");
  var says = document.getElementById("found-count");
  var got = {};
  var waiting = {};
  var about = null;
  var asked = 0;
  var MOST = 50;

  window.aydyn = function (parcel) {
    if (parcel[0] === "about") about = parcel[2];
    got[parcel[0] + ":" + parcel[1]] = parcel[2];
  };

  function load(what, key, path, then) {
    var name = what + ":" + key;
    if (got[name] !== undefined) return then(got[name]);
    if (waiting[name]) return waiting[name].push(then);
    waiting[name] = [then];
    var script = document.createElement("script");
    script.src = root + "index/" + path;
    script.onload = script.onerror = function () {
      if (got[name] === undefined) got[name] = {};
      var list = waiting[name];
      delete waiting[name];
      list.forEach(function (one) { one(got[name]); });
    };
    document.head.appendChild(script);
  }

  function fold(text) {
    return text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  }

  function wordsOf(text) {
    var seen = {};
    return (fold(text).match(/[\p{L}\p{N}]+/gu) || []).filter(function (word) {
      if (seen["_" + word]) return false;
      seen["_" + word] = true;
      return true;
    }).slice(0, 8).map(function (word) { return word.slice(0, 40); });
  }

  function shardName(letters) {
    return Array.from(letters).map(function (letter) { return letter.codePointAt(0).toString(16); }).join("-");
  }

  function placesOf(word, then) {
    var letters = Array.from(word).slice(0, 2).join("");
    if (about.shards.indexOf(letters) < 0) return then({});
    load("words", letters, "words/" + shardName(letters) + ".js", function (shard) {
      var places = {};
      Object.keys(shard).forEach(function (known) {
        var fits = word.length >= 3 ? known.indexOf(word) === 0 : known === word;
        if (fits) shard[known].forEach(function (place) { places[place] = true; });
      });
      then(places);
    });
  }

  function find(words, then) {
    var left = words.length;
    var sets = [];
    words.forEach(function (word, number) {
      placesOf(word, function (places) {
        sets[number] = places;
        left -= 1;
        if (left) return;
        var both = Object.keys(sets[0]).map(Number).filter(function (place) {
          return sets.every(function (set) { return set[place]; });
        });
        then(both.sort(function (one, other) { return one - other; }));
      });
    });
  }

  function line(place, then) {
    var piece = Math.floor(place / about.piece);
    load("cases", piece, "cases/" + piece + ".js", function (cases) { then(cases[place % about.piece]); });
  }

  function put(parent, tag, text, name) {
    var made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (name) made.className = name;
    parent.appendChild(made);
    return made;
  }

  function show(item, row) {
    var title = put(put(item, "h3", undefined, "ay-list__title"), "a", row[1] || about.kinds[row[2]][language]);
    title.href = "cases/" + row[0] + ".html";
    title.dir = "auto";
    var facts = put(item, "p", undefined, "ay-list__facts");
    put(facts, "span", about.states[row[4]][language], "ay-chip ay-chip--" + about.states[row[4]].tone);
    put(facts, "span", row[0]);
    put(facts, "span", about.offices[row[3]][language]);
    put(facts, "span", row[5]);
  }

  function search(text) {
    var words = wordsOf(text);
    asked += 1;
    var mine = asked;
    document.getElementById("list").hidden = words.length > 0;
    document.getElementById("results").hidden = !words.length;
    out.textContent = "";
    says.textContent = "";
    if (!words.length) return;
    load("about", "", "about.js", function () {
      if (!about) return;
      find(words, function (places) {
        if (mine !== asked) return;
        says.textContent = form.getAttribute("data-found").replace("%n", String(places.length));
        places.slice(0, MOST).forEach(function (place) {
          var item = put(out, "li");
          line(place, function (row) { show(item, row); });
        });
        out.setAttribute("data-done", "yes");
      });
    });
  }

  form.hidden = false;
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    out.removeAttribute("data-done");
    search(document.getElementById("words").value);
  });
})();
