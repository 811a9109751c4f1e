using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Pester;

/// <summary>The module as PowerShell users meet it: tests/pester, one row per file.</summary>
public sealed class PesterTests(PesterRunner runner, ITestOutputHelper output) : IClassFixture<PesterRunner>
{
    public static TheoryData<string> Files =>
    [
        .. Directory.EnumerateFiles(Repository.PathOf("tests", "pester"), "*.Tests.ps1")
            .Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal),
    ];

    [Theory(Timeout = 600_000)]
    [MemberData(nameof(Files))]
    public async Task PesterFile_InPowerShell_Passes(string file)
    {
        Assert.SkipWhen(runner.Missing is not null, runner.Missing ?? "");

        IReadOnlyList<PesterTest> tests = await PesterRunner.RunAsync(
            Repository.PathOf("tests", "pester", file), TestContext.Current.CancellationToken);

        foreach (PesterTest test in tests) output.WriteLine($"{test.Result}: {test.Name}");
        Assert.NotEmpty(tests);
        string[] failures = [.. tests.Where(static test => test.Result == "Failed").Select(static test => $"{test.Name}\n{test.Message}")];
        Assert.True(failures.Length == 0, string.Join("\n\n", failures));
    }
}
