/** The `deepcoder` program. */
process.stdout.write('deepcoder\n');
