module.exports = { testDir: ".", fullyParallel: true, reporter: "list" };
