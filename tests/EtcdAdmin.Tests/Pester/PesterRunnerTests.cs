using EtcdAdmin.Tests.Support;
using Xunit.Sdk;

namespace EtcdAdmin.Tests.Pester;

/// <summary>Pester files that share a process: each failure is reported, and no file affects the next one.</summary>
public sealed class PesterRunnerTests(PesterRunner runner) : IClassFixture<PesterRunner>, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_FailuresOfAllKinds_AreNamed()
    {
        IReadOnlyList<PesterTest> tests = await RunAsync("""
            Describe 'one' {
                It 'passes' { 1 | Should -Be 1 }
                It 'fails' { 1 | Should -Be 2 }
                It 'is skipped' { Set-ItResult -Skipped -Because 'so' }
            }
            Describe 'two' { BeforeAll { throw 'no setup' }; It 'is not reached' { } }
            """);
        IReadOnlyList<PesterTest> unreadable = await RunAsync("Describe 'three' {");

        Assert.Equal(["Passed: one.passes", "Failed: one.fails", "Skipped: one.is skipped", "Failed: two.is not reached"],
            tests.Where(test => test.Name.Contains('.')).Select(test => $"{test.Result}: {test.Name}"));
        Assert.Contains("Expected 2, but got 1", tests.Single(test => test.Name == "one.fails").Message, StringComparison.Ordinal);
        Assert.Contains(tests, test => test.Result == "Failed" && test.Message.Contains("no setup", StringComparison.Ordinal));
        Assert.Contains("Missing closing '}'", Assert.Single(unreadable, test => test.Result == "Failed").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WhatAFileLeavesBehind_TheNextDoesNotMeet()
    {
        const string Leaves = """
            Describe 'it' {
                It 'is clean' {
                    'env:ETCDADMIN_LEFT', 'variable:left', 'function:Get-Left' | Where-Object { Test-Path $_ } | Should -BeNullOrEmpty
                    'env:HOME' | Should -Exist
                    Get-Location | Should -Not -Be '/'
                }
                It 'leaves much' {
                    $env:ETCDADMIN_LEFT = 'x'; $global:left = 'y'; function global:Get-Left { }; Remove-Item env:HOME; Set-Location /
                }
            }
            """;

        IReadOnlyList<PesterTest> first = await RunAsync(Leaves);
        IReadOnlyList<PesterTest> second = await RunAsync(Leaves);

        Assert.All([.. first, .. second], test => Assert.True(test.Result == "Passed", test.Message));
        Assert.Equal(4, first.Count + second.Count);
    }

    [Fact]
    public async Task RunAsync_FileEndsTheProcess_IsAFailureAndTheNextRuns()
    {
        FailException failure =
            await Assert.ThrowsAsync<FailException>(() => RunAsync("[Console]::Error.WriteLine('enough'); [Environment]::Exit(3)"));
        IReadOnlyList<PesterTest> next = await RunAsync("Describe 'it' { It 'runs' { } }");

        Assert.Contains("pwsh ended with 3.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("enough", failure.Message, StringComparison.Ordinal);
        Assert.Equal("Passed", Assert.Single(next).Result);
    }

    private async Task<IReadOnlyList<PesterTest>> RunAsync(string script)
    {
        string file = _folder.File("One.Tests.ps1");
        await File.WriteAllTextAsync(file, script, TestContext.Current.CancellationToken);
        return await runner.RunAsync(file, TestContext.Current.CancellationToken);
    }
}
