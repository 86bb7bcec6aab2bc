// Starts Swagger UI: with a token of `freehold dev`, a search over operations, and folded responses.
"use strict";

const ROOT = new URL(".", location.href);
const PRESET = "freehold-preset-token"; // in localStorage: which token came from `freehold dev`

const isWide = () => matchMedia("(min-width: 641px)").matches;
const shownParameters = () => (isWide() ? 4 : 3); // optional ones, before the rest is folded

/** Returns the claims of a JSON Web Token, or null. They are only displayed: the service verifies tokens. */
function claimsOf(token) {
  try {
    const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(part), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

function isExpired(token) {
  const expiry = claimsOf(token)?.exp;
  return typeof expiry === "number" && expiry * 1000 <= Date.now();
}

/** Returns the name and the declaration of each security scheme that takes a bearer token. */
function bearerSchemes(system) {
  const schemes = system.specSelectors.specJson().getIn(["components", "securitySchemes"]);
  return (schemes?.entrySeq().toArray() ?? []).filter(
    ([, scheme]) =>
      scheme.get("type") === "http" && String(scheme.get("scheme")).toLowerCase() === "bearer",
  );
}

function currentToken(system) {
  const authorized = system.authSelectors.authorized();
  const values = bearerSchemes(system).map(([name]) => authorized?.getIn([name, "value"]));
  return values.find((value) => typeof value === "string" && value) ?? null;
}

/** Keeps a token that a person has entered; replaces an expired one and an older one of `freehold dev`. */
function presetToken(system, development) {
  const token = currentToken(system);
  const names = bearerSchemes(system).map(([name]) => name);
  if (token && !isExpired(token) && token !== localStorage.getItem(PRESET)) return;
  if (token) system.authActions.logoutWithPersistOption(names);
  localStorage.removeItem(PRESET);
  if (!development.token) return;
  for (const [name, scheme] of bearerSchemes(system)) {
    const value = { name, schema: scheme.toJS(), value: development.token };
    system.authActions.authorizeWithPersistOption({ [name]: value });
  }
  localStorage.setItem(PRESET, development.token);
}

/** Tells who the requests are sent as and, without a token, how to get one. */
function identityNotice(system, development) {
  const element = system.React.createElement;
  const token = currentToken(system);
  if (!token) {
    if (bearerSchemes(system).length === 0) return null;
    const advice = (development.advice ?? []).map((line) => element("p", { key: line }, line));
    return element(
      "div",
      { className: "docs-identity" },
      element("p", null, "Requests are sent without a token."),
      advice,
    );
  }
  const { sub, exp } = claimsOf(token) ?? {};
  const parts = [
    "Requests are sent",
    sub ? [" as ", element("strong", { key: "sub" }, String(sub))] : " with your token",
  ];
  if (typeof exp === "number") {
    const time = new Date(exp * 1000).toLocaleString(undefined, {
      dateStyle: "medium",
      timeStyle: "short",
    });
    parts.push(`, ${isExpired(token) ? "but the token expired on" : "until"} ${time}`);
  }
  return element("div", { className: "docs-identity" }, element("p", null, ...parts, "."));
}

/** Replaces Swagger UI's filter of tags: the identity, and a search over all operations. */
function toolbar(development) {
  return (_, system) => () => {
    const { React, layoutActions, layoutSelectors, specSelectors } = system;
    const element = React.createElement;
    const current = layoutSelectors.currentFilter();
    const [phrase, setPhrase] = React.useState(typeof current === "string" ? current : "");
    const search = (event) => {
      setPhrase(event.target.value);
      layoutActions.updateFilter(event.target.value);
    };
    const field = {
      type: "search",
      placeholder: "Search operations",
      "aria-label": "Search operations",
      value: phrase,
      onChange: search,
    };
    const isEmpty = phrase && specSelectors.taggedOperations().size === 0;
    return element(
      "div",
      { className: "wrapper docs-toolbar" },
      identityNotice(system, development),
      element("input", field),
      isEmpty ? element("p", { role: "status" }, `No operation matches “${phrase}”.`) : null,
    );
  };
}

/** Returns the operations that contain each word, in the path, the method, the id, the texts or the tag. */
function findOperations(taggedOperations, phrase) {
  const words = phrase.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (operation, tag) => {
    const texts = ["operationId", "summary", "description"].map((key) =>
      operation.getIn(["operation", key], ""),
    );
    const all = [tag, operation.get("method"), operation.get("path"), ...texts].join("\n").toLowerCase();
    return words.every((word) => all.includes(word));
  };
  return taggedOperations
    .map((group, tag) =>
      group.update("operations", (list) => list.filter((operation) => matches(operation, tag))),
    )
    .filter((group) => group.get("operations").size > 0);
}

/** Shows a response as one line, which opens; that of success is open where there is room. */
function foldedResponse(Original, system) {
  const { createElement: element, useState, Fragment } = system.React;
  const Markdown = system.getComponent("Markdown", true);
  return (props) => {
    const code = String(props.code);
    const [open, setOpen] = useState(code.startsWith("2") && isWide());
    const button = element(
      "button",
      { type: "button", "aria-expanded": open, "aria-label": `Response ${code}` },
      code,
    );
    const description = element(Markdown, { source: String(props.response?.get?.("description") ?? "") });
    const cell = element("td", { colSpan: 3, onClick: () => setOpen(!open) }, button, description);
    const line = element("tr", { className: "docs-response-line" }, cell);
    return element(Fragment, null, line, open ? element(Original, props) : null);
  };
}

/** Folds optional parameters of an operation with many. Parameters with a value are sent in either case. */
function foldedParameters(context) {
  return (Original, system) => {
    const { createElement: element, useState } = system.React;
    return (props) => {
      const [open, setOpen] = useState(false);
      const optional = props.parameters
        .filter((parameter) => !parameter.get("required"))
        .map(keyOf)
        .toArray();
      const fits = open || optional.length <= shownParameters() + 1;
      const folded = fits ? [] : optional.slice(shownParameters());
      return element(
        context(system).Provider,
        { value: { folded, open: () => setOpen(true) } },
        element(Original, props),
      );
    };
  };
}

function keyOf(parameter) {
  return `${parameter.get("in")} ${parameter.get("name")}`;
}

function foldedParameter(context) {
  return (Original, system) => {
    const { createElement: element, useContext } = system.React;
    return (props) => {
      const { folded, open } = useContext(context(system));
      const place = folded.indexOf(keyOf(props.rawParam));
      if (place < 0) return element(Original, props);
      if (place > 0) return null;
      const text = `Show ${folded.length} more parameters`;
      const button = element("button", { type: "button", className: "docs-more", onClick: open }, text);
      return element("tr", { className: "docs-more-row" }, element("td", { colSpan: 2 }, button));
    };
  };
}

/** The requests of the page go to the service that serves it, whatever other servers the contract names. */
function thisServer(original) {
  return (document) => {
    const servers = [{ url: ROOT.pathname }];
    const withoutServers = ({ servers: _, ...rest }) => rest;
    const methods = (item) =>
      Object.fromEntries(
        Object.entries(withoutServers(item)).map(([key, value]) => [
          key,
          value !== null && typeof value === "object" && !Array.isArray(value)
            ? withoutServers(value)
            : value,
        ]),
      );
    const paths = Object.fromEntries(
      Object.entries(document.paths ?? {}).map(([path, item]) => [path, methods(item)]),
    );
    return original({ ...document, servers, paths });
  };
}

function plugin(development) {
  let shared;
  const context = (system) => (shared ??= system.React.createContext({ folded: [], open() {} }));
  return {
    fn: { opsFilter: findOperations },
    statePlugins: { spec: { wrapActions: { updateJsonSpec: thisServer } } },
    wrapComponents: {
      FilterContainer: toolbar(development),
      response: foldedResponse,
      parameters: foldedParameters(context),
      parameterRow: foldedParameter(context),
    },
  };
}

function followColorScheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", apply);
  apply();
}

async function start() {
  const response = await fetch(new URL("docs/development.json", ROOT));
  const development = response.ok ? await response.json() : {};
  const ui = SwaggerUIBundle({
    dom_id: "#swagger-ui",
    url: new URL("openapi.json", ROOT).pathname,
    plugins: [plugin(development)],
    onComplete: () => presetToken(ui.getSystem(), development),
    persistAuthorization: true,
    tryItOutEnabled: true,
    filter: true,
    deepLinking: true,
    docExpansion: "list",
    defaultModelExpandDepth: 1,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    showCommonExtensions: true, // limits of parameters
    validatorUrl: null, // it would send the contract to another server
  });
}

followColorScheme();
start();
