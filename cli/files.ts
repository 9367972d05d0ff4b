/** Names below the data folder. */
export const stateFileName = 'state.sqlite';
export const embeddedStoreName = 'readings.duckdb';
export const spoolFolderName = 'spool';
