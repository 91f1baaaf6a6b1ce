/** Generated from the API by `npm run generate`. Not to be edited. */
export interface paths {
    "/api/docs/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same to read */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The lists of this API, by name */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/commits/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List commits */
        get: {
            parameters: {
                query?: {
                    /** @description True: only those of packages; false: only those of repositories. */
                    adhoc?: boolean;
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                    /** @description Id. */
                    project?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["Commit"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/commits/{commit}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One commit, by identifier, its beginning, or branch */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    project?: string;
                };
                header?: never;
                path: {
                    commit: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Commit"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/data/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List files */
        get: {
            parameters: {
                query?: {
                    /** @description A name that stands for them. */
                    alias?: string;
                    /** @description Id of a version that they are in. */
                    dataset_version?: string;
                    /** @description True: purged files in place of those that are there. */
                    deleted?: boolean;
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description Id of an execution that took them in. */
                    input_execution?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description The whole name. */
                    name?: string;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                    /** @description Id of the execution that left them. */
                    output_execution?: string;
                    /** @description Id. */
                    project?: string;
                    /** @description A part of the name, whatever the case. */
                    search?: string;
                    /** @description The bytes' own, in hex. */
                    sha256?: string;
                    /** @description All of these. May be repeated. */
                    tag?: string[];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["Datum"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/data/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One file */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Datum"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/data/{id}/download/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An address to fetch the file from, without credentials */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            url: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/data/{id}/metadata/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lay properties over those of a file; null takes one away */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Datum"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/data/{id}/purge/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete the file's bytes for good */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            message: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/data/metadata/apply/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The same for many files: all of them, or none */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        datum_metadata: {
                            [key: string]: {
                                [key: string]: unknown;
                            };
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            message: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/dataset-version-aliases/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List names for versions of datasets */
        get: {
            parameters: {
                query?: {
                    dataset?: string;
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                    project?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["DatasetVersionAlias"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Point a name at a version of a dataset */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        version: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DatasetVersionAlias"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/dataset-version-aliases/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a name of a version away; the version stays */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/dataset-versions/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List versions of datasets */
        get: {
            parameters: {
                query?: {
                    dataset?: string;
                    datum?: string;
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    name?: string;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                    project?: string;
                    tag?: string[];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["DatasetVersion"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Make a version of a dataset from files that are there */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default [] */
                        aliases?: string[];
                        dataset: string;
                        files: string[];
                        /** @default {} */
                        metadata?: {
                            [key: string]: unknown;
                        };
                        name: string;
                        /** @default [] */
                        tags?: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DatasetVersion"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/dataset-versions/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version of a dataset */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DatasetVersion"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Delete a version of a dataset; the files stay */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/datasets/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List datasets */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    name?: string;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                    project?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["Dataset"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Make a dataset */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        description?: string;
                        name: string;
                        project: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Dataset"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/datasets/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One dataset */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Dataset"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Describe a dataset */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        description: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Dataset"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Delete a dataset with its versions; the files stay */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Describe a dataset */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        description: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Dataset"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v0/datum-aliases/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List names of files */
        get: {
            parameters: {
                query?: {
                    datum?: string;
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    name?: string;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                    project?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["DatumAlias"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Give a file a name; one that there is already is pointed at it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        datum: string;
                        name: string;
                        project: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DatumAlias"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/datum-aliases/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One name, and what it has stood for */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DatumAliasDetail"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Point a name at another file, or change the name */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        datum?: string;
                        name?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DatumAlias"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Take a name away; the file stays */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Point a name at another file, or change the name */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        datum?: string;
                        name?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DatumAlias"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v0/datum-aliases/resolve/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a name stands for in a project */
        get: {
            parameters: {
                query: {
                    name: string;
                    project: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DatumAlias"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/environment-variable-groups/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the groups of your organizations */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                    owner?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["VariableGroup"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Make an empty group */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default  */
                        description?: string;
                        name: string;
                        /** @description Name or id of an organisation; left out: the person's own. */
                        owner?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VariableGroup"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/environment-variable-groups/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One group, without the values of its secret variables */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VariableGroup"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Change its name or description */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        description?: string;
                        name?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VariableGroup"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Delete a group with its secrets */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Change its name or description */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        description?: string;
                        name?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["VariableGroup"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v0/environment-variable-groups/{id}/environment_variable/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set a variable of a group */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        secret?: boolean;
                        value: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            message: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Delete a variable of a group */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            message: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/environments/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the environments you may use */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["Environment"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/environments/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One environment, by id or slug */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Environment"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change how an environment's machines come and go, and its default time limit */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The only images that jobs here may run, as `host/path` with `*` for anything; none: every image. */
                        allowed_images?: string[];
                        /** @description Seconds, for executions that have no limit of their own; null: none. */
                        default_time_limit?: number | null;
                        /** @description Of every job here, under those of its project; who may use the environment reads them. */
                        environment_variables?: {
                            [key: string]: string;
                        };
                        /** @description So often executions are run again that were lost without their own doing; for those made from then on. */
                        max_retries?: number;
                        /** @description Minutes that an idle machine is kept. */
                        scale_down_grace_period?: number;
                        /** @description Never more machines than these; null: as many as the ceiling allows. */
                        scale_max?: number | null;
                        /** @description Machines that are kept even when nobody needs them. */
                        scale_min?: number;
                        /** @description Times in which other bounds hold; of those that are open the first counts. */
                        scale_schedule?: {
                            /** @description Five fields: minute, hour, day of month, month, day of week. */
                            cron: string;
                            max?: number;
                            /** @description Instead of the environment's own while it is open; without it that one holds. */
                            min?: number;
                            /** @description How long it stays open from each time that `cron` names. */
                            minutes: number;
                            /**
                             * @description An IANA name, like `Europe/Helsinki`.
                             * @default UTC
                             */
                            timezone?: string;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Environment"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v0/environments/{id}/join-codes/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a code with which one machine joins, within an hour */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            code: string;
                            environment: {
                                slug: string;
                            };
                            /** Format: date-time */
                            expires: string;
                            image: string | null;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/environments/{id}/owner/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Give it to an organization, a team or a person, who alone may use it then */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        owner: string | null;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Environment"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/environments/{id}/pause/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start no job any more; those that wait keep their place, those that run go on */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default  */
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Environment"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/environments/{id}/resume/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start jobs again */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Environment"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List executions */
        get: {
            parameters: {
                query?: {
                    /** @description Its whole identifier. */
                    commit?: string;
                    /** @description One of these. May be repeated. */
                    counter?: string[];
                    /** @description Id of a person. */
                    creator?: string;
                    /** @description True: deleted ones in place of those that are there. */
                    deleted?: boolean;
                    /** @description Id or slug. */
                    environment?: string;
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description Id of a file that they took in. */
                    input_datum?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                    /** @description Id. */
                    project?: string;
                    /** @description One of these; `incomplete` stands for all that have not ended. May be repeated. */
                    status?: string[];
                    /** @description Its whole name. */
                    step?: string;
                    /** @description All of these. May be repeated. */
                    tag?: string[];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["Execution"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Make an execution of a step and queue it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description In place of the step's; of several each begins when the one before has succeeded. */
                        command?: string | string[];
                        /** @description An identifier, the beginning of one, or a branch or tag. */
                        commit: string;
                        /** @description Id or slug. Left out: the step's, or the project's default, or the first that runs containers. */
                        environment?: string;
                        /** @description Ids or names, in place of those that the step names. */
                        environment_variable_groups?: string[];
                        /** @description Over the step's defaults, which lie over variables of groups, and those over the project's. */
                        environment_variables?: {
                            [key: string]: string | null;
                        };
                        /** @description In place of the step's. */
                        image?: string;
                        /** @description False: without the project's. */
                        inherit_environment_variables?: boolean;
                        /** @description Addresses by input: a list, or one. Left out: the step's defaults. */
                        inputs?: {
                            [key: string]: (string | string[]) | null;
                        };
                        /** @description Seconds. Left out: the step's, or eight hours. */
                        no_output_timeout?: number;
                        /** @description Values by parameter; null: none. Left out: the step's defaults. */
                        parameters?: {
                            [key: string]: unknown;
                        };
                        /** @description Higher ones of a project start earlier. */
                        priority?: number;
                        /** @description Id. */
                        project: string;
                        /** @description What the machine is told beside the job: `remote_debug`, `autorestart`, `kubernetes` and the like. */
                        runtime_config?: {
                            [key: string]: unknown;
                        };
                        /** @description Id or slug of a preset of the environment. */
                        runtime_config_preset?: string;
                        /** @description Its name in the commit's file of steps. */
                        step: string;
                        /** @description A condition that ends it once it holds, such as `metadata.loss < 0.1`. Left out: the step's. */
                        stop_expression?: string;
                        tags?: string[];
                        /** @description Seconds. Left out: the step's, or the environment's default. */
                        time_limit?: number;
                        title?: string;
                        /** @description Name or id of a data store; left out: as the step or the project says. */
                        upload_store?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Execution"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One execution */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Execution"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Delete an execution that has ended; its outputs stay, unless they are purged too */
        delete: {
            parameters: {
                query?: {
                    purge_outputs?: boolean;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/{id}/attempts/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its attempts: more than one where it was lost and is run again */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Attempt"][];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/{id}/copy/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make an execution like this one, but for what the body names */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description In place of the step's; of several each begins when the one before has succeeded. */
                        command?: string | string[];
                        /** @description An identifier, the beginning of one, or a branch or tag. */
                        commit?: string;
                        /** @description Id or slug. Left out: the step's, or the project's default, or the first that runs containers. */
                        environment?: string;
                        /** @description Ids or names, in place of those that the step names. */
                        environment_variable_groups?: string[];
                        /** @description Over the step's defaults, which lie over variables of groups, and those over the project's. */
                        environment_variables?: {
                            [key: string]: string | null;
                        };
                        /** @description In place of the step's. */
                        image?: string;
                        /** @description False: without the project's. */
                        inherit_environment_variables?: boolean;
                        /** @description Addresses by input: a list, or one. Left out: the step's defaults. */
                        inputs?: {
                            [key: string]: (string | string[]) | null;
                        };
                        /** @description Seconds. Left out: the step's, or eight hours. */
                        no_output_timeout?: number;
                        /** @description Values by parameter; null: none. Left out: the step's defaults. */
                        parameters?: {
                            [key: string]: unknown;
                        };
                        /** @description Higher ones of a project start earlier. */
                        priority?: number;
                        /** @description Id. */
                        project?: string;
                        /** @description What the machine is told beside the job: `remote_debug`, `autorestart`, `kubernetes` and the like. */
                        runtime_config?: {
                            [key: string]: unknown;
                        };
                        /** @description Id or slug of a preset of the environment. */
                        runtime_config_preset?: string;
                        /** @description Its name in the commit's file of steps. */
                        step?: string;
                        /** @description A condition that ends it once it holds, such as `metadata.loss < 0.1`. Left out: the step's. */
                        stop_expression?: string;
                        tags?: string[];
                        /** @description Seconds. Left out: the step's, or the environment's default. */
                        time_limit?: number;
                        title?: string;
                        /** @description Name or id of a data store; left out: as the step or the project says. */
                        upload_store?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Execution"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/{id}/events/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last lines of a log; limit=0: all of it */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            events: components["schemas"]["LogEvent"][];
                            total: number;
                            truncated: boolean;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/{id}/events/stream/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log as it grows, as server-sent events */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description An event for every line, and one at the end */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/{id}/input-request/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** For a running job: addresses to fetch inputs from, with its own token */
        post: {
            parameters: {
                query?: {
                    inputs?: string[];
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            files: {
                                /** @enum {string} */
                                download_intent: "always" | "on-demand";
                                filename: string | null;
                                input_id: string;
                                original_uri: string;
                                url: string;
                            }[];
                            name: string;
                        }[];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/{id}/log/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole log as text */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A line for every line of the log */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain; charset=utf-8": string;
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/{id}/metadata/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a run has logged as JSON; after=ATTEMPT-SEQ: what came behind that point; sample=N: no more than N, spread over the last attempt */
        get: {
            parameters: {
                query?: {
                    after?: string;
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                    /** @description At most so many points of the last attempt, spread evenly over its log. Without effect beside `after`. */
                    sample?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: {
                                attempt: number;
                                seq: number;
                                /** Format: date-time */
                                time: string;
                                value: {
                                    [key: string]: unknown;
                                };
                            }[];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/{id}/notebook/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where a running notebook is, with what opens it */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            url: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/{id}/status-detail/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** For a running job: what it is doing, with its own token */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        status_detail: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/{id}/status-events/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The platform's own lines of a log */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            status_events: components["schemas"]["LogEvent"][];
                            total: number;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/{id}/stop/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for the end of an execution */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            message: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/{id}/tags/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give an execution these tags, in place of those it had */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        tags: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            tags: string[];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/executions/{id}/waiting/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why its command has not started: what holds it up, for how long, and what helps */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Waiting"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/get-token/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Exchange name and password for an API token */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        password: string;
                        username: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            token: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/notebook-executions/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start a notebook: an execution that runs the Jupyter of an image */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Id or slug. Left out: the step's, or the project's default, or the first that runs containers. */
                        environment?: string;
                        /** @description Over the step's defaults, which lie over variables of groups, and those over the project's. */
                        environment_variables?: {
                            [key: string]: string | null;
                        };
                        image: string;
                        /** @description False: without the project's. */
                        inherit_environment_variables?: boolean;
                        /** @description Higher ones of a project start earlier. */
                        priority?: number;
                        /** @description Id. */
                        project: string;
                        /** @description What the machine is told beside the job: `remote_debug`, `autorestart`, `kubernetes` and the like. */
                        runtime_config?: {
                            [key: string]: unknown;
                        };
                        tags?: string[];
                        /** @description Seconds. Left out: the step's, or the environment's default. */
                        time_limit?: number;
                        title?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Execution"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/organizations/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your organizations */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["Organization"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Make an organization that you own */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Organization"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/organizations/{id}/members/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List its members */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["Member"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Take somebody in, or change his role */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        role: "owner" | "admin" | "member" | "viewer";
                        username: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Member"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/organizations/{id}/members/{username}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a member */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    username: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/projects/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the projects you may see */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                    search?: string;
                    tag?: string[];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["Project"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Make a project */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Id or slug. */
                        default_environment?: string | null;
                        /** @default  */
                        description?: string;
                        name: string;
                        /** @description `org` or `org:team`; left out: the person's own. */
                        owner?: string;
                        tags?: string[];
                        /** @description Of the documented API; there are none here. */
                        template?: unknown;
                        /** @default  */
                        yaml_path?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Project"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/projects/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One project */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Project"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Change a project */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Id or slug; null: none. */
                        default_environment?: string | null;
                        /** @description Id or name; null: none. Where outputs go that no other setting sends elsewhere, and which store of a bucket is read. */
                        default_store?: string | null;
                        description?: string;
                        name?: string;
                        tags?: string[];
                        /** @description Id or name; null: the default store. Where outputs go. */
                        upload_store?: string | null;
                        /** @description The same by another name. */
                        upload_store_id?: string | null;
                        yaml_path?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Project"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Delete a project whose executions have ended */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Change a project */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Id or slug; null: none. */
                        default_environment?: string | null;
                        /** @description Id or name; null: none. Where outputs go that no other setting sends elsewhere, and which store of a bucket is read. */
                        default_store?: string | null;
                        description?: string;
                        name?: string;
                        tags?: string[];
                        /** @description Id or name; null: the default store. Where outputs go. */
                        upload_store?: string | null;
                        /** @description The same by another name. */
                        upload_store_id?: string | null;
                        yaml_path?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Project"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v0/projects/{id}/commits/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Commits of one project */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Commit"][];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/projects/{id}/environment_variable/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set an environment variable */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        secret?: boolean;
                        value: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            message: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Delete an environment variable */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            message: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/projects/{id}/fetch/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Fetch branches and tags; answers what is new */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            commits: components["schemas"]["Commit"][];
                            errors: string[];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/projects/{id}/import-package/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Upload an ad-hoc package */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": {
                        /**
                         * Format: binary
                         * @description The files as .tar.gz
                         */
                        data: string;
                        description?: string;
                        yaml_path?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Commit"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/projects/{id}/members/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who has a role in this project */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["Member"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Give somebody a role in this project */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        role: "admin" | "member" | "viewer";
                        username: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Member"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/projects/{id}/members/{username}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a role away */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    username: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/projects/{id}/repository/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The repository and its public key */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Repository"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Name the repository; makes a deploy key the first time */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Branches and tags to fetch; empty: all. */
                        refs?: string[];
                        url: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Repository"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Name the repository; makes a deploy key the first time */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Branches and tags to fetch; empty: all. */
                        refs?: string[];
                        url: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Repository"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/projects/ownership_options/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What may be said as owner of a new project */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string[];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/quotas/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the quotas of your organizations */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                    organization?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["Quota"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Set how many executions of somebody may run at the same time */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description `user`: what somebody has made. `team`: what is in a team's projects. `project`: what is in the project.
                         * @enum {string}
                         */
                        kind: "user" | "team" | "project";
                        max_running: number;
                        /** @description Name or id of the organization whose executions are counted. */
                        owner: string;
                        /**
                         * @description Username, or name or id of the team or project; null: each that has no quota of its own.
                         * @default null
                         */
                        subject?: string | null;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Quota"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/quotas/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One quota */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Quota"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Remove a quota: any number may run */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Change how many may run */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        max_running: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Quota"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v0/registry-credentials/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the registry credentials of your organizations, without what is secret */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["RegistryCredentials"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Keep a login for the images that a pattern names */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        configuration: {
                            [key: string]: unknown;
                        };
                        image_pattern: string;
                        /** @description Organisation; left out: the person's own. */
                        owner?: string | null;
                        /** @enum {string} */
                        type: "docker" | "aws_ecr" | "aws_ecr_role" | "google" | "azure";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegistryCredentials"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/registry-credentials/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegistryCredentials"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Change a pattern, or the login, which is given whole */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        configuration?: {
                            [key: string]: unknown;
                        };
                        image_pattern?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegistryCredentials"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Forget a login */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Change a pattern, or the login, which is given whole */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        configuration?: {
                            [key: string]: unknown;
                        };
                        image_pattern?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RegistryCredentials"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v0/repositories/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the repositories of the projects you may see */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                    project?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["Repository"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/runtime-config-presets/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the runtime config presets of the environments you may use */
        get: {
            parameters: {
                query?: {
                    environment?: string;
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["RuntimeConfigPreset"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Make a runtime config preset */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Id or slug. */
                        environment: string;
                        name: string;
                        /**
                         * @description As an execution's own, which is laid over it.
                         * @default {}
                         */
                        runtime_config?: {
                            [key: string]: unknown;
                        };
                        slug: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RuntimeConfigPreset"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/runtime-config-presets/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a runtime config preset */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/secrets/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Names of the operator's own secrets */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            secrets: string[];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/secrets/{name}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Put a secret into Vault; nobody reads it back here */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        value: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Remove a secret with all its versions */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/session/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log in to the web application */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        password: string;
                        username: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Log out of the web application */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/stores/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List data stores you may see, or those that a project may use */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                    project?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["Store"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Make a data store known, once an object could be written, read and deleted */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @default owner_organization
                         * @enum {string}
                         */
                        access_mode?: "public" | "single_project" | "teams" | "owner_organization";
                        /** @default true */
                        allow_adopt?: boolean;
                        /** @default true */
                        allow_read?: boolean;
                        /** @default true */
                        allow_uri_download?: boolean;
                        /** @default true */
                        allow_write?: boolean;
                        configuration: {
                            [key: string]: unknown;
                        };
                        name: string;
                        /** @description Organisation; left out: that of `project`, or the person's own. */
                        owner?: string | null;
                        paths?: unknown;
                        /** @description Of `single_project`. */
                        project?: string | null;
                        /**
                         * @description Ids or names, of `teams`.
                         * @default []
                         */
                        teams?: string[];
                        /** @enum {string} */
                        type: "s3" | "google" | "azure" | "swift";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Store"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/stores/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One data store */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Store"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Change a data store */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        access_mode?: "public" | "single_project" | "teams" | "owner_organization";
                        allow_adopt?: boolean;
                        allow_read?: boolean;
                        allow_uri_download?: boolean;
                        allow_write?: boolean;
                        configuration?: {
                            [key: string]: unknown;
                        };
                        name?: string;
                        paths?: unknown;
                        teams?: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Store"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Forget a data store that holds no file */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Change a data store */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        access_mode?: "public" | "single_project" | "teams" | "owner_organization";
                        allow_adopt?: boolean;
                        allow_read?: boolean;
                        allow_uri_download?: boolean;
                        allow_write?: boolean;
                        configuration?: {
                            [key: string]: unknown;
                        };
                        name?: string;
                        paths?: unknown;
                        teams?: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Store"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v0/stores/{id}/adopt/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make an object that lies in the bucket a file of a project */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        project: string;
                        url: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            created: {
                                [key: string]: string;
                            };
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/teams/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the teams of your organizations */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                    organization?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["Team"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Make a team */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        /** @description Name or id. */
                        organization: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Team"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/teams/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One team with its members */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Team"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Rename a team */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Team"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Delete a team that owns no project */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Rename a team */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Team"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v0/teams/{id}/members/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a member of the organization into a team */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        username: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Team"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/teams/{id}/members/{username}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take somebody out of a team */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    username: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/tokens/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your API tokens */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: components["schemas"]["Token"][];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        /** Make an API token; it is shown this once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        expires_at?: string | null;
                        name: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NewToken"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/tokens/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API token */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/users/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add a person to an organization */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default  */
                        email?: "" | string;
                        /** @description Name of the organisation the new person joins. */
                        organization: string;
                        password: string;
                        /**
                         * @default member
                         * @enum {string}
                         */
                        role?: "admin" | "member" | "viewer";
                        username: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/users/me/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who asks */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/worker-stacks/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the worker stacks that have joined */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: {
                                cloud: string;
                                ctime: string;
                                environments: string[];
                                groups: {
                                    group: string;
                                    /** @description How many there are, and how many the cloud was asked for; null: it could not be told. */
                                    machines: number | null;
                                    /** @description Why there are fewer, or why it could not be told; null: nothing is wrong. */
                                    trouble: string | null;
                                    wanted: number | null;
                                }[];
                                /** @description When its scaler was heard of last; null: never. */
                                last_seen: string | null;
                                name: string;
                                url: string;
                            }[];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/worker-stacks/{name}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One worker stack */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            cloud: string;
                            ctime: string;
                            environments: string[];
                            groups: {
                                group: string;
                                /** @description How many there are, and how many the cloud was asked for; null: it could not be told. */
                                machines: number | null;
                                /** @description Why there are fewer, or why it could not be told; null: nothing is wrong. */
                                trouble: string | null;
                                wanted: number | null;
                            }[];
                            /** @description When its scaler was heard of last; null: never. */
                            last_seen: string | null;
                            name: string;
                            url: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Make a worker stack known, or change what is known of it */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        environments: {
                            /** @default  */
                            description?: string;
                            /** @enum {string} */
                            executor: "docker" | "process" | "kubernetes";
                            /** @default  */
                            gpuSpec?: string;
                            machines: {
                                ceiling: number;
                                group: {
                                    group: string;
                                    /** @enum {string} */
                                    kind: "aws";
                                    region: string;
                                } | {
                                    ceiling: number;
                                    group: string;
                                    /** @enum {string} */
                                    kind: "kubernetes";
                                    namespace: string;
                                } | {
                                    group: string;
                                    /** @enum {string} */
                                    kind: "azure";
                                    resourceGroup: string;
                                    subscriptionId: string;
                                } | {
                                    ceiling: number;
                                    group: string;
                                    /** @enum {string} */
                                    kind: "gcp";
                                    projectId: string;
                                    region: string;
                                } | {
                                    group: string;
                                    /** @enum {string} */
                                    kind: "workerStack";
                                    stack: string;
                                };
                                machineType: string;
                                /** @default 1 */
                                slots?: number;
                                /** @default false */
                                spot?: boolean;
                            };
                            name: string;
                            /** @enum {string} */
                            purpose?: "jobs" | "endpoints";
                            slug: string;
                        }[];
                        proof: {
                            accountId: string;
                            certificateFile?: string;
                            /** @enum {string} */
                            kind: "aws";
                            region: string;
                        } | {
                            audience: string;
                            /** Format: uri */
                            keysUrl?: string;
                            /** @enum {string} */
                            kind: "gcp";
                            projectId: string;
                        } | {
                            authorityFiles?: string[];
                            /** @enum {string} */
                            kind: "azure";
                            resourceGroup?: string;
                            subscriptionId: string;
                        } | {
                            audience: string;
                            issuer?: string;
                            /** Format: uri */
                            keysUrl?: string;
                            /** @enum {string} */
                            kind: "kubernetes";
                            namespace: string;
                        };
                        token_sha256: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            cloud: string;
                            ctime: string;
                            environments: string[];
                            groups: {
                                group: string;
                                /** @description How many there are, and how many the cloud was asked for; null: it could not be told. */
                                machines: number | null;
                                /** @description Why there are fewer, or why it could not be told; null: nothing is wrong. */
                                trouble: string | null;
                                wanted: number | null;
                            }[];
                            /** @description When its scaler was heard of last; null: never. */
                            last_seen: string | null;
                            name: string;
                            url: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        /** Forget a worker stack */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/worker-stacks/{name}/check/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Whether a worker stack would be let in, before it is made */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        environments: string[];
                    };
                };
            };
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/workers/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the workers of the environments over which you have a role */
        get: {
            parameters: {
                query?: {
                    /** @description Leaves these fields out, with commas between. */
                    exclude?: string;
                    /** @description More fields, with commas between; what has more says so. */
                    include?: string;
                    /** @description So many of them; 0: all. Left out: 100. */
                    limit?: number;
                    /** @description True: `count` is left out, which is quicker. */
                    no_count?: boolean;
                    /** @description Passes over so many first. */
                    offset?: number;
                    /** @description A field, or `-` and a field for the other way round, such as `-ctime`. */
                    ordering?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            count?: number;
                            next: string | null;
                            previous: string | null;
                            results: {
                                /** @description Whether it came by `cove worker join`, and may be removed. */
                                by_code: boolean;
                                cpus: number | null;
                                environment: {
                                    /** Format: uuid */
                                    id: string;
                                    slug: string;
                                };
                                hostname: string | null;
                                /** Format: uuid */
                                id: string;
                                instance_id: string | null;
                                /** Format: date-time */
                                joined: string;
                                last_seen: string | null;
                                /** @description In bytes. */
                                memory: number | null;
                                name: string;
                                /** @description For people: why it takes no job; empty where it does. */
                                reason: string;
                                /** @description Executions that it holds. */
                                running: number;
                                /** @enum {string} */
                                state: "new" | "silent" | "drained" | "draining" | "unready" | "ready";
                                /** @description Null: it has not told yet. */
                                version: string | null;
                            }[];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/workers/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One worker */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Whether it came by `cove worker join`, and may be removed. */
                            by_code: boolean;
                            cpus: number | null;
                            environment: {
                                /** Format: uuid */
                                id: string;
                                slug: string;
                            };
                            hostname: string | null;
                            /** Format: uuid */
                            id: string;
                            instance_id: string | null;
                            /** Format: date-time */
                            joined: string;
                            last_seen: string | null;
                            /** @description In bytes. */
                            memory: number | null;
                            name: string;
                            /** @description For people: why it takes no job; empty where it does. */
                            reason: string;
                            /** @description Executions that it holds. */
                            running: number;
                            /** @enum {string} */
                            state: "new" | "silent" | "drained" | "draining" | "unready" | "ready";
                            /** @description Null: it has not told yet. */
                            version: string | null;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Forget a machine that joined by a code, once it has drained */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/workers/{id}/drain/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a machine that joined by a code take no new job */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Whether it came by `cove worker join`, and may be removed. */
                            by_code: boolean;
                            cpus: number | null;
                            environment: {
                                /** Format: uuid */
                                id: string;
                                slug: string;
                            };
                            hostname: string | null;
                            /** Format: uuid */
                            id: string;
                            instance_id: string | null;
                            /** Format: date-time */
                            joined: string;
                            last_seen: string | null;
                            /** @description In bytes. */
                            memory: number | null;
                            name: string;
                            /** @description For people: why it takes no job; empty where it does. */
                            reason: string;
                            /** @description Executions that it holds. */
                            running: number;
                            /** @enum {string} */
                            state: "new" | "silent" | "drained" | "draining" | "unready" | "ready";
                            /** @description Null: it has not told yet. */
                            version: string | null;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a run */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** Format: uuid */
                        claim?: string;
                        /** Format: uuid */
                        execution_id: string;
                        room?: {
                            free: {
                                cpus: number;
                                devices: {
                                    [key: string]: number;
                                };
                                memory: number;
                            };
                            share: {
                                cpus: number;
                                devices: {
                                    [key: string]: number;
                                };
                                memory: number;
                            };
                            whole: {
                                cpus: number;
                                devices: {
                                    [key: string]: number;
                                };
                                memory: number;
                            };
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            attempt: number;
                            /** @default [] */
                            cache_volumes: string[];
                            command: string;
                            config: {
                                api: {
                                    [key: string]: unknown;
                                };
                                execution: {
                                    [key: string]: unknown;
                                };
                                parameters: {
                                    [key: string]: unknown;
                                };
                                parameters_text?: string;
                            };
                            counter: number;
                            /** @default null */
                            devices: {
                                [key: string]: number;
                            } | null;
                            environment_variables: {
                                [key: string]: string;
                            };
                            /** Format: uuid */
                            execution_id: string;
                            image: string;
                            inputs: {
                                /** @enum {string} */
                                download?: "always" | "on-demand";
                                filename: string | null;
                                files: {
                                    checksums: {
                                        md5: string | null;
                                        sha1: string | null;
                                        sha256: string | null;
                                    };
                                    datum_id: string | null;
                                    metadata: {
                                        [key: string]: unknown;
                                    }[];
                                    name: string | null;
                                    size: number | null;
                                    uri: string;
                                    url: string;
                                }[];
                                /** @enum {string} */
                                keep_directories: "none" | "suffix" | "full";
                                name: string;
                            }[];
                            /**
                             * @default {
                             *       "cpus": null,
                             *       "memory": null,
                             *       "disk": null
                             *     }
                             */
                            limits: {
                                cpus: number | null;
                                /** @default null */
                                disk: number | null;
                                memory: number | null;
                            };
                            /** @default [] */
                            mounts: {
                                destination: string;
                                options: {
                                    [key: string]: string | number | boolean | null;
                                };
                                readonly: boolean;
                                source: string;
                                type: string | null;
                            }[];
                            no_output_timeout: number | null;
                            notebook?: boolean;
                            project: {
                                /** Format: uuid */
                                id: string;
                                name: string;
                            };
                            /** @default null */
                            registry: {
                                host: string;
                                password: string;
                                username: string;
                            } | null;
                            remote_debug?: {
                                key: string;
                                port: number;
                            } | null;
                            /**
                             * @default {
                             *       "cpus": null,
                             *       "memory": null
                             *     }
                             */
                            requests: {
                                cpus: number | null;
                                memory: number | null;
                            };
                            secrets: string[];
                            snapshot: {
                                sha256: string;
                                size: number;
                                url: string;
                            } | null;
                            time_limit: number | null;
                            /** Format: uuid */
                            token: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/doorbell": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Wait for a run, where the worker cannot reach the queue */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        seconds: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            execution_id: string | null;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The worker takes no new run */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/drained": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The worker holds no run any more */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/heartbeats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Prolong the leases of all runs */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        runs: {
                            /** Format: uuid */
                            execution_id: string;
                            /** Format: uuid */
                            token: string;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            drain: boolean;
                            lease_seconds: number;
                            runs: ("held" | "stop" | "fenced" | "unknown")[];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/hello": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A worker begins */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        cpus: number;
                        executors: string[];
                        hostname: string;
                        instance_id?: string;
                        memory: number;
                        mounts?: boolean;
                        protocol: number;
                        relay?: boolean;
                        unready?: string;
                        version: string;
                        whole?: {
                            cpus: number;
                            devices: {
                                [key: string]: number;
                            };
                            memory: number;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @default false */
                            drain: boolean;
                            environment: {
                                /** @enum {string} */
                                executor: "docker" | "process" | "kubernetes";
                                /** Format: uuid */
                                id: string;
                                name: string;
                                slug: string;
                            };
                            heartbeat_seconds: number;
                            lease_seconds: number;
                            queue: {
                                ca?: string;
                                host: string;
                                password: string;
                                port: number;
                                tls: boolean;
                                username: string;
                            } | null;
                            /** @default [] */
                            trusted_hosts: string[];
                            worker: {
                                /** Format: uuid */
                                id: string;
                                name: string;
                            };
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A machine becomes a worker by its cloud’s proof, or by a code */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        proof: {
                            document?: string;
                            /** @enum {string} */
                            kind: "aws";
                            pkcs7: string;
                        } | {
                            /** @enum {string} */
                            kind: "gcp";
                            token: string;
                        } | {
                            /** @enum {string} */
                            kind: "azure";
                            pkcs7: string;
                        } | {
                            /** @enum {string} */
                            kind: "kubernetes";
                            token: string;
                        } | {
                            code: string;
                            hostname: string;
                            /** @enum {string} */
                            kind: "code";
                        };
                        protocol: number;
                        stack?: string;
                        token_sha256: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            environment: {
                                slug: string;
                            };
                            image: string | null;
                            registry: {
                                host: string;
                                password: string;
                                username: string;
                            } | null;
                            worker: {
                                name: string;
                            };
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/ring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a run back that was not taken */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** Format: uuid */
                        claim?: string;
                        /** Format: uuid */
                        execution_id: string;
                        room?: {
                            free: {
                                cpus: number;
                                devices: {
                                    [key: string]: number;
                                };
                                memory: number;
                            };
                            share: {
                                cpus: number;
                                devices: {
                                    [key: string]: number;
                                };
                                memory: number;
                            };
                            whole: {
                                cpus: number;
                                devices: {
                                    [key: string]: number;
                                };
                                memory: number;
                            };
                        };
                    };
                };
            };
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/runs/{id}/complete-upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** All parts were sent */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        etags?: string[];
                        name: string;
                        size: number;
                        storage_key: string;
                        /** Format: uuid */
                        token: string;
                        upload: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            missing: number[];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/runs/{id}/downloads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** New addresses of what is fetched first */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        datum_ids: string[];
                        snapshot?: boolean;
                        /** Format: uuid */
                        token: string;
                        uris?: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            downloads: {
                                /** Format: uuid */
                                datum_id: string;
                                url: string;
                            }[];
                            /** @default [] */
                            objects: {
                                uri: string;
                                url: string;
                            }[];
                            snapshot?: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/runs/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** How it ended */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        exit_code: number | null;
                        log_lines: number;
                        reason: string;
                        /** @enum {string} */
                        status: "complete" | "error" | "crashed" | "stopped";
                        /** Format: uuid */
                        token: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            status: string;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/runs/{id}/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Prolong the lease */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** Format: uuid */
                        token: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @default false */
                            drain: boolean;
                            lease_seconds: number;
                            stop: boolean;
                            /** @default null */
                            stop_reason: string | null;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/runs/{id}/log-chunks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A piece of the log is stored */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        bytes: number;
                        first_seq: number;
                        last_seq: number;
                        storage_key: string;
                        /** Format: uuid */
                        token: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/runs/{id}/log-lines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lines of the living log, where the worker cannot reach the queue */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        lines: [
                            number,
                            string,
                            "status" | "stdout" | "stderr",
                            string
                        ][];
                        /** Format: uuid */
                        token: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/runs/{id}/metadata": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hand over metadata */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        points: {
                            seq: number;
                            time: string;
                            value: {
                                [key: string]: unknown;
                            };
                        }[];
                        /** Format: uuid */
                        token: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/runs/{id}/outputs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Outputs are stored */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        outputs: {
                            file_ctime: string;
                            file_mtime: string;
                            md5: string;
                            metadata: {
                                [key: string]: unknown;
                            };
                            name: string;
                            sha1: string;
                            sha256: string;
                            size: number;
                            storage_key: string;
                        }[];
                        /** Format: uuid */
                        token: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            complaints?: string[];
                            datum_ids: string[];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/runs/{id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say what the run is doing */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        phase?: ("disk" | "image" | "inputs" | "repository") | null;
                        progress?: {
                            estimate: number | null;
                            numbers: {
                                [key: string]: number;
                            };
                        } | null;
                        status_detail: string;
                        /** Format: uuid */
                        token: string;
                    };
                };
            };
            responses: {
                /** @description Done */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/runs/{id}/upload-parts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Where parts of a file go */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        numbers: number[];
                        size: number;
                        storage_key: string;
                        /** Format: uuid */
                        token: string;
                        upload: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            parts: {
                                headers: {
                                    [key: string]: string;
                                };
                                number: number;
                                url: string;
                            }[];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/runs/{id}/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Where files go */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        files: {
                            /** @enum {string} */
                            kind: "output" | "log";
                            name: string;
                            parts?: boolean;
                            size: number;
                        }[];
                        /** Format: uuid */
                        token: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            uploads: {
                                headers: {
                                    [key: string]: string;
                                };
                                /** @enum {string} */
                                method: "PUT";
                                parts?: {
                                    count: number;
                                    size: number;
                                    tells_md5s?: boolean;
                                    upload: string;
                                };
                                storage_key: string;
                                url: string;
                            }[];
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/stops": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hear which runs shall stop, one a line */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Ids of executions; an empty line every few seconds */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/worker/v1/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The scaler of a worker stack tells of its machines, and takes orders */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        done: number[];
                        groups: {
                            [key: string]: {
                                largest: number;
                                machines: {
                                    id: string;
                                    /** Format: date-time */
                                    launched_at: string;
                                    /** @enum {string} */
                                    state: "starting" | "running" | "ending";
                                    /** @enum {boolean} */
                                    stray?: true;
                                }[];
                                refusal: string | null;
                                wanted: number;
                            } | {
                                error: string;
                            };
                        };
                        protocol: number;
                        signer?: {
                            issuer: string;
                            keys: {
                                keys: {
                                    [key: string]: unknown;
                                }[];
                            };
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            orders: {
                                group: string;
                                id: number;
                                order: {
                                    grow: number;
                                } | {
                                    end: string[];
                                } | {
                                    /** @enum {boolean} */
                                    forgo: true;
                                };
                            }[];
                            seconds: number;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/git/example.git/git-upload-pack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Commits of the example, for `git clone` */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/x-git-upload-pack-request": string;
                };
            };
            responses: {
                /** @description Git's own protocol */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-git-upload-pack-result": string;
                    };
                };
                /** @description This repository is read-only */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/git/example.git/info/refs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Branches of the example, for `git clone` */
        get: {
            parameters: {
                query: {
                    service: "git-upload-pack";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Git's own protocol */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-git-upload-pack-advertisement": string;
                    };
                };
                /** @description This repository is read-only */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How every part is */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ok: boolean;
                            parts: {
                                [key: string]: {
                                    ok: boolean;
                                } & {
                                    [key: string]: unknown;
                                };
                            };
                        };
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ok: boolean;
                            parts: {
                                [key: string]: {
                                    ok: boolean;
                                } & {
                                    [key: string]: unknown;
                                };
                            };
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This process lives */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ok: boolean;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The installation in numbers, in Prometheus' text form */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string;
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether to send work */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ok: boolean;
                        };
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ok: boolean;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/store/{*}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A stored file, by an address that carries its own permission */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Key of the file */
                    "*": string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
                /** @description The part of it that was asked for */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        /** Store a file, by an address that carries its own permission */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Key of the file */
                    "*": string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/octet-stream": string;
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sha256?: string;
                            size: number;
                        };
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        /** A stored file, by an address that carries its own permission */
        head: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Key of the file */
                    "*": string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The file */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
                /** @description The part of it that was asked for */
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
                /** @description What is wrong */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Error"];
                    };
                };
            };
        };
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Attempt: {
            /** @description Null: it lives. */
            ended_at: string | null;
            exit_code: number | null;
            number: number;
            reason: string;
            /** @description So many reports came after its end, and were refused. */
            refused_reports: number;
            /** @description The execution was queued again after it. */
            run_again: boolean;
            /** Format: date-time */
            started_at: string;
            status: ("complete" | "error" | "crashed" | "stopped") | null;
            /** @description Null: it is forgotten. */
            worker: string | null;
        };
        Commit: {
            adhoc: boolean;
            /** Format: date-time */
            commit_time: string;
            /** @description With `include=config`. */
            config?: {
                [key: string]: unknown;
            }[] | null;
            /** @description Why the YAML file could not be used, with its lines. */
            config_error: string | null;
            description: string;
            has_config: boolean;
            id: string;
            identifier: string;
            project_id: string;
            ref: string;
            ref_names: string[];
            repository: string | null;
            url: string;
            urls: {
                display: string;
            };
            yaml_path: string;
        };
        Dataset: {
            creator: string | null;
            /** Format: date-time */
            ctime: string;
            description: string;
            id: string;
            /** Format: date-time */
            mtime: string;
            name: string;
            project: string;
            url: string;
            /** @description How many. */
            versions: number;
        };
        DatasetVersion: {
            aliases: string[];
            creator: string | null;
            /** Format: date-time */
            ctime: string;
            dataset: {
                id: string;
                name: string;
                url: string;
            };
            /** @description How many; they are listed at `urls.files`. */
            files: number;
            id: string;
            /** @description False as long as the run that makes it lives. */
            immutable: boolean;
            metadata: {
                [key: string]: unknown;
            };
            name: string;
            output_execution: {
                counter: number;
                id: string;
                url: string;
            } | null;
            project: string;
            /** @description Bytes of all files. */
            size: number;
            tags: string[];
            /** @description Good as an execution's input, in this project: always the same files. */
            uri: string;
            url: string;
            urls: {
                files: string;
            };
        };
        DatasetVersionAlias: {
            /** Format: date-time */
            ctime: string;
            dataset: {
                id: string;
                name: string;
            };
            id: string;
            /** Format: date-time */
            mtime: string;
            name: string;
            project: string;
            uri: string;
            url: string;
            version: {
                id: string;
                name: string;
                url: string;
            };
        };
        Datum: {
            aliases: string[];
            /** Format: date-time */
            ctime: string;
            file_ctime: string | null;
            file_mtime: string | null;
            id: string;
            md5: string | null;
            metadata: {
                [key: string]: unknown;
            };
            name: string;
            output_execution: {
                counter: number;
                id: string;
                step: string;
                url: string;
                urls: {
                    display: string;
                };
            } | null;
            project: string;
            purged: boolean;
            sha1: string | null;
            sha256: string | null;
            size: number;
            store: string;
            tags: string[];
            /** @description Good as an execution's input; null once purged. */
            uri: string | null;
            url: string;
            urls: {
                download: string;
                purge: string;
            };
        };
        DatumAlias: {
            /** Format: date-time */
            ctime: string;
            /** @description The file that the name stands for. */
            datum: {
                id: string;
                md5: string | null;
                name: string;
                purged: boolean;
                sha1: string | null;
                sha256: string | null;
                size: number;
                uri: string | null;
                url: string;
            };
            id: string;
            /**
             * Format: date-time
             * @description When it was pointed at its file.
             */
            mtime: string;
            name: string;
            project: string;
            /** @description Good as an execution's input, in this project. */
            uri: string;
            url: string;
        };
        DatumAliasDetail: {
            /** Format: date-time */
            ctime: string;
            /** @description The file that the name stands for. */
            datum: {
                id: string;
                md5: string | null;
                name: string;
                purged: boolean;
                sha1: string | null;
                sha256: string | null;
                size: number;
                uri: string | null;
                url: string;
            };
            history: {
                by: string | null;
                datum: string;
                /** Format: date-time */
                time: string;
            }[];
            id: string;
            /**
             * Format: date-time
             * @description When it was pointed at its file.
             */
            mtime: string;
            name: string;
            project: string;
            /** @description Good as an execution's input, in this project. */
            uri: string;
            url: string;
        };
        Environment: {
            allow_personal_usage: boolean;
            /** @description The only images that jobs here may run; none: every image. */
            allowed_images: string[];
            bill_usage: boolean;
            /** Format: date-time */
            ctime: string;
            /** @description Seconds, for executions that have no limit of their own; null: none. */
            default_time_limit: number | null;
            description: string;
            enable_smart_vm_selection: boolean;
            /** @description Whether it takes new jobs: one taken out of the installation's config does not. */
            enabled: boolean;
            /** @description Of every job here; none is a secret. */
            environment_variables: {
                [key: string]: string;
            };
            executor: string;
            gpu_spec: string;
            has_gpu: boolean;
            id: string;
            /** @description Whether the platform starts and ends its machines; without that the fields `scale_…` say nothing. */
            is_scalable: boolean;
            machine_type: string;
            /** @description So often executions are run again that were lost without their own doing. */
            max_retries: number;
            /** Format: date-time */
            mtime: string;
            name: string;
            owner: {
                id: string;
                name: string;
            } | null;
            pause_reason: string;
            /** @description While it is paused no job starts; those that run go on. */
            paused: boolean;
            paused_at: string | null;
            /** @description Username. */
            paused_by: string | null;
            per_hour_price_usd: string;
            per_user_queue_quota: number;
            /** @description Of the clients' vocabulary; nothing here sets them. */
            per_user_resource_quotas: {
                [key: string]: unknown;
            };
            provider: string;
            /** @description Whether who asks may not change it. */
            read_only: boolean;
            /** @description What the installation's config allows at most; only `cove up` changes it. */
            scale_ceiling: number;
            /** @description Minutes that an idle machine is kept. */
            scale_down_grace_period: number;
            /** @description Never more machines than these, and never more than the ceiling. */
            scale_max: number;
            /** @description Machines that are kept even when nobody needs them. */
            scale_min: number;
            /** @description Times in which other bounds hold; of those that are open the first counts. */
            scale_schedule: {
                /** @description Five fields: minute, hour, day of month, month, day of week. */
                cron: string;
                max?: number;
                /** @description Instead of the environment's own while it is open; without it that one holds. */
                min?: number;
                /** @description How long it stays open from each time that `cron` names. */
                minutes: number;
                /**
                 * @description An IANA name, like `Europe/Helsinki`.
                 * @default UTC
                 */
                timezone: string;
            }[];
            /** @description What its machines are about to do while jobs wait; else empty. */
            scale_status: string;
            slug: string;
            spot: boolean;
            spot_max_price: null;
            supports_priority: boolean;
            /** @description Of the owner, whose members alone may use it; null: everybody of the owner's. */
            team: {
                id: string;
                name: string;
            } | null;
            type: string;
            unfinished_job_count?: number;
            url: string;
            /** @description Workers heard of within the last minute. */
            worker_count: number;
        };
        /** @description Complaints by field, or one message with a code. */
        Error: {
            [key: string]: unknown;
        };
        Execution: {
            /** @description Number of the current attempt; 0: none yet. */
            attempt: number;
            command: string;
            /** @description Null: a notebook. */
            commit: {
                adhoc: boolean;
                /** Format: date-time */
                commit_time: string;
                description: string;
                identifier: string;
                ref: string;
                repository: string | null;
                url: string;
            } | null;
            counter: number;
            creator_id: string | null;
            creator_name: string | null;
            /** Format: date-time */
            ctime: string;
            cumulative_metadata: {
                [key: string]: unknown;
            };
            deleted: boolean;
            duration: number | null;
            emissions: null;
            end_time: string | null;
            environment: {
                id: string;
                name: string;
                slug: string;
                url: string;
            };
            /** @description Ids of the groups whose variables it was given. */
            environment_variable_groups: string[];
            environment_variables: {
                [key: string]: string;
            };
            executor_identity: string;
            exit_code: number | null;
            id: string;
            image: string;
            inherit_environment_variables: boolean;
            inputs: {
                filename: string | null;
                keep_directories: string;
                name: string;
                urls: string[];
            }[];
            interpolated_command: string;
            is_pinned: boolean;
            /** @description So often it is run again after a loss that is not its own doing. */
            max_retries: number;
            /** Format: date-time */
            mtime: string;
            n_alerts: number;
            n_comments: number;
            n_outputs: number;
            no_output_timeout: number | null;
            outputs?: {
                /** Format: date-time */
                ctime: string;
                file_ctime: string | null;
                file_mtime: string | null;
                id: string;
                name: string;
                purged: boolean;
                size: number;
            }[];
            parameter_categories: {
                [key: string]: unknown;
            };
            parameters: {
                [key: string]: unknown;
            };
            pipeline: null;
            pipeline_counter: null;
            pipeline_tags: string[];
            price: number;
            priority: number;
            project: {
                description: string;
                id: string;
                name: string;
                owner: {
                    id: string;
                    username: string;
                };
                url: string;
                urls: {
                    display: string;
                };
            };
            queued_at: string | null;
            runtime_config: {
                [key: string]: unknown;
            };
            runtime_config_preset: string | null;
            started_at: string | null;
            /** @enum {string} */
            status: "created" | "queued" | "started" | "stopping" | "complete" | "error" | "crashed" | "stopped";
            status_detail: string;
            step: string;
            step_icon: string | null;
            stop_expression: string | null;
            tags: string[];
            task: null;
            task_counter: null;
            task_tags: string[];
            time_limit: number | null;
            title: string;
            url: string;
            urls: {
                copy: string;
                copy_to_task: string;
                display: string;
                stop: string;
            };
        };
        LogEvent: {
            message: string;
            /** @enum {string} */
            stream: "status" | "stdout" | "stderr";
            /** @description UTC, six fraction digits, no zone; differs from line to line. */
            time: string;
        };
        Member: {
            email: string;
            id: string;
            /** @enum {string} */
            role: "owner" | "admin" | "member" | "viewer";
            username: string;
        };
        NewToken: {
            /** Format: date-time */
            ctime: string;
            expires_at: string | null;
            id: string;
            last_used: string | null;
            name: string;
            token: string;
        };
        Organization: {
            /** Format: date-time */
            ctime: string;
            id: string;
            name: string;
            /** @description Somebody's own, with that one member. */
            personal: boolean;
            /**
             * @description Of who asks.
             * @enum {string}
             */
            role: "owner" | "admin" | "member" | "viewer";
            url: string;
        };
        Project: {
            /** Format: date-time */
            ctime: string;
            default_environment: {
                id: string;
                slug: string;
            } | null;
            default_store: {
                id: string;
                name: string;
            } | null;
            description: string;
            enabled_endpoint_count: number;
            environment_variables: {
                [key: string]: {
                    secret: boolean;
                    value: string | null;
                };
            };
            execution_count: number;
            /** @description `count`, and one `<status>_count` per status. */
            execution_summary: {
                [key: string]: number;
            };
            id: string;
            last_execution_ctime: string | null;
            /** Format: date-time */
            mtime: string;
            name: string;
            owner: {
                id: string;
                username: string;
            };
            queued_execution_count: number;
            read_only: boolean;
            repository: {
                ref: string | null;
                url: string;
            } | null;
            running_execution_count: number;
            tags: string[];
            /** @description Where outputs go; null: the default store, or else the installation's. */
            upload_store_id: string | null;
            url: string;
            urls: {
                display: string;
                display_repository: string;
            };
            yaml_path: string;
        };
        Quota: {
            /** Format: date-time */
            ctime: string;
            id: string;
            /** @enum {string} */
            kind: "user" | "team" | "project";
            max_running: number;
            /** Format: date-time */
            mtime: string;
            /** @description The organization whose executions are counted. */
            owner: {
                id: string;
                username: string;
            };
            /** @description How many run now; null where it is of each another number. */
            running: number | null;
            /** @description Null: each that has no quota of its own. */
            subject: {
                id: string;
                name: string;
            } | null;
            url: string;
        };
        RegistryCredentials: {
            /** @description Never with passwords or keys: those are in Vault, and no answer has them. */
            configuration: {
                [key: string]: string;
            };
            /** Format: date-time */
            ctime: string;
            id: string;
            image_pattern: string;
            /** Format: date-time */
            mtime: string;
            owner: {
                id: string;
                username: string;
            };
            /** @enum {string} */
            type: "docker" | "aws_ecr" | "aws_ecr_role" | "google" | "azure";
            url: string;
        };
        Repository: {
            last_error: string | null;
            last_fetch: string | null;
            project: string;
            /** @description To be added to the Git host as a read-only deploy key. */
            public_key: string | null;
            /** @description The first of `refs`; null: all are fetched. */
            ref: string | null;
            /** @description Branches and tags to fetch; empty: all. */
            refs: string[];
            url: string;
            urls: {
                fetch: string;
            };
        };
        RuntimeConfigPreset: {
            /** Format: date-time */
            ctime: string;
            environment: {
                id: string;
                slug: string;
                url: string;
            };
            id: string;
            /** Format: date-time */
            mtime: string;
            name: string;
            runtime_config: {
                [key: string]: unknown;
            };
            slug: string;
            url: string;
        };
        Store: {
            /** @enum {string} */
            access_mode: "public" | "single_project" | "teams" | "owner_organization";
            allow_adopt: boolean;
            allow_read: boolean;
            allow_uri_download: boolean;
            allow_write: boolean;
            /** @description Never with credentials: those are in Vault, and no answer has them. */
            configuration: {
                [key: string]: string;
            };
            /** Format: date-time */
            ctime: string;
            id: string;
            /** Format: date-time */
            mtime: string;
            name: string;
            /** @description Null: the installation's. */
            owner: {
                id: string;
                username: string;
            } | null;
            /** @description Of the clients' vocabulary: a store is its whole bucket. */
            paths: string[];
            project: string | null;
            teams: string[];
            /**
             * @description `installation`: the store that comes with Cove.
             * @enum {string}
             */
            type: "installation" | "s3" | "google" | "azure";
            /** @description How the addresses of its objects begin; null where they have none. */
            uri_prefix: string | null;
            url: string;
        };
        Team: {
            id: string;
            members: {
                email: string;
                id: string;
                username: string;
            }[];
            name: string;
            /** @description The organization. */
            owner: {
                id: string;
                username: string;
            };
            url: string;
            urls: {
                members: string;
            };
        };
        Token: {
            /** Format: date-time */
            ctime: string;
            expires_at: string | null;
            id: string;
            last_used: string | null;
            name: string;
        };
        User: {
            /** Format: date-time */
            ctime: string;
            email: string;
            first_name: string;
            id: string;
            last_name: string;
            username: string;
        };
        VariableGroup: {
            /** Format: date-time */
            ctime: string;
            description: string;
            environment_variables: {
                [key: string]: {
                    secret: boolean;
                    value: string | null;
                };
            };
            id: string;
            /** Format: date-time */
            mtime: string;
            name: string;
            owner: {
                id: string;
                username: string;
            };
            read_only: boolean;
            url: string;
        };
        Waiting: {
            /** @description What helps, and who can do it. */
            cure: string;
            /** @description Seconds until it starts, at the earliest: from how fast its files come, or how long others took. */
            estimate: number | null;
            /** @description Why there is no estimate; empty where there is one. */
            estimate_unknown: string;
            /** @description One line for a person, with the numbers in it. */
            message: string;
            /** @description `waited_seconds`, and what there is to count of the reason, such as `bytes_done` and `bytes_total`. */
            numbers: {
                [key: string]: number;
            };
            /** @description A stable word: `queue`, `quota`, `paused`, `max_scale`, `machine_starting`, `image`, … */
            reason: string | null;
            since: string | null;
            /** @description False: its command has started, or never will; then everything else is null or empty. */
            waiting: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
