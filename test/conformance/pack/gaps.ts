/** What a packed app is known to do differently from plain Node. A gap that has been closed makes the suite fail until its line is gone. */
export interface Gap {
  /** Of the case. */
  name: string;
  /** Major versions of Node; all unless given. */
  nodes?: readonly number[];
  because: string;
}

// Worker threads are no gap, but no faster either: they run the files beside the pack. Which file a thread runs is settled inside
// Node's constructor of Worker, and another class in its place could be told apart by the app.
export const gaps: readonly Gap[] = [
  { name: 'import.meta.resolve answers as Node does', nodes: [20], because: 'a package whose name is computed is found by require conditions' },
  { name: 'conditions given to Node at run time are honored', because: 'the table of specifiers knows the conditions of the build only' },
  { name: 'require finds files, folders, extensions and mains in the order of Node', nodes: [24], because: 'a main that is not there is found by the table, so nobody warns of it' },
  { name: 'code made from text can require, and import from where it was made', because: 'what Module.prototype._compile is given by hand cannot import()' },
  { name: 'new Function imports by the rules of this Node', nodes: [22, 24], because: 'import() in code without a place of its own loads a second instance, and warns of an experimental feature' },
  { name: 'a module written while running is loaded, and shares the modules of the app', nodes: [20], because: 'before module.registerHooks nothing leads Node\'s own loader back into the pack' },
  { name: 'bindings are live, in every way they can be read', because: 'an assignment to an import throws a TypeError with other words' },
  { name: 'a namespace is sealed, sorted, tagged and one', because: 'only Node can make a module namespace object: util.inspect and util.types see that this is none' },
  { name: 'a module that reads a name of a cycle too early ends the start', because: 'the error is told with a line of the runtime above it' },
  { name: 'a cycle of modules may read what is not there yet only as an error', because: 'Object.keys of a namespace does not look whether all is there yet' },
  { name: 'what two stars export is nobody\'s, what is exported by name wins', because: 'the SyntaxError for a name that two stars export has other words' },
  { name: 'a missing export is caught where a module is loaded late', nodes: [22], because: 'the SyntaxError for a name that a CommonJS module does not show has other words where the build did not start the app' },
  { name: 'a CommonJS package and an ES one with hidden names', nodes: [22], because: 'the SyntaxError for a name that a CommonJS module does not show has other words where the build did not start the app' },
  { name: 'modules run after their imports, each once, imports first whatever their place', nodes: [22, 24, 26], because: 'a file with a query and what is not a file run in another order among each other' },
  { name: 'the scope is strict and its own, and names of loaders are free', because: 'arguments at the top level of an ES module are those of its function' },
  { name: 'an ES module sees of a CommonJS module its exports as default and the names Node finds in its text', nodes: [24], because: 'the namespace of a CommonJS module is not sorted and has no name "module.exports"' },
  { name: 'require gives the namespace of an ES module, or what it exports as "module.exports"', nodes: [22, 24], because: 'only Node can make a module namespace object: util.types sees that this is none' },
  { name: 'a rejected top-level await of the entry ends the process', because: 'the error is told with a line of the runtime above it' },
  { name: 'an entry that waits for ever ends with code 13', nodes: [22, 24, 26], because: 'listeners of exit are told code 0' },
  { name: 'stacks name file, line, column and function of CommonJS modules', because: 'the origin of an eval is told one line late' },
  { name: 'call sites tell who called, as depd, callsites and bindings ask', nodes: [22, 24], because: 'columns after an export or import on the same line are smaller' },
  { name: 'a syntax error in a late module can be caught and tells its place', nodes: [22, 24], because: 'let module, exports or require at the top level of a CommonJS module is an error' },
  { name: 'a patched _compile and wrapper see the text', because: 'a changed Module.wrapper is not looked at' },
  { name: 'an unhandled rejection ends the process', because: 'an error of the first line of a file is shown with the beginning of the wrapper before it' },
];
