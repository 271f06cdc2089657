// The form in which a bundle is compiled: what V8 has made of it holds for this text alone.

/** As Node wraps a module. */
export const wrapped = (source: string) => `(function (exports, require, module, __filename, __dirname) {${source}\n})`;

/** Where what V8 has made of a bundle lies. */
export const compiledFile = (file: string) => `${file}.v8`;
