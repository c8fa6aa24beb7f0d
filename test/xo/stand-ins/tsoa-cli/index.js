// The generator of tsoa's routes: the published REST API ships with its routes generated.
export {};
