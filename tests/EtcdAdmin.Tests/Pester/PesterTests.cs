using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Pester;

/// <summary>The module as PowerShell users meet it: tests/pester, one row per file.</summary>
public sealed class PesterTests(PesterRunner runner, ITestOutputHelper output) : IClassFixture<PesterRunner>
{
    public static TheoryData<string> Files =>
    [
        .. from path in Directory.EnumerateFiles(Repository.PathOf("tests", "pester"), "*.Tests.ps1")
           let file = Path.GetFileName(path)
           orderby file
           // So that one file can be run: CONTRIBUTING.md.
           select new TheoryDataRow<string>(file).WithTrait("pester", file.Split('.')[0]),
    ];

    [Theory(Timeout = 600_000)]
    [MemberData(nameof(Files))]
    public async Task PesterFile_InPowerShell_Passes(string file)
    {
        IReadOnlyList<PesterTest> tests = await runner.RunAsync(Repository.PathOf("tests", "pester", file), TestContext.Current.CancellationToken);

        foreach (PesterTest test in tests) output.WriteLine($"{test.Result}: {test.Name}");
        Assert.NotEmpty(tests);
        string[] failures = [.. tests.Where(static test => test.Result == "Failed").Select(static test => $"{test.Name}\n{test.Message}")];
        Assert.True(failures.Length == 0, string.Join("\n\n", failures));
    }
}
