using System.Text.RegularExpressions;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Schedules;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Schedules;

/// <summary>The file that hosts get, as people find it there.</summary>
public sealed class SnapshotScriptTextTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Text_KeepsTheCommentsAndHasEachFunctionOnce()
    {
        string text = SnapshotScript.Text;

        Assert.StartsWith("#!/bin/sh\n# Written by EtcdAdmin (Register-EtcdSnapshotSchedule).", text, StringComparison.Ordinal);
        Assert.Contains("\n# verify_snapshot FILE TOOL LOG: ", text, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?m)^ *# (uses|shellcheck)", text);
        string[] functions = [.. Regex.Matches(text, @"(?m)^([a-z0-9_]+)\(\)").Select(match => match.Groups[1].Value)];
        Assert.All(["hmac_sha256", "verify_snapshot", "week_of", "act"], name => Assert.Contains(name, functions));
        Assert.Equal(functions.Distinct(), functions);
    }

    [Theory]
    [MemberData(nameof(StoreSignatureTests.Shells), MemberType = typeof(StoreSignatureTests))]
    public async Task Text_IsUnderstoodByEveryShell(string shell)
    {
        string[] words = StoreSignatureTests.Installed(shell);
        string path = _folder.File("snapshot-schedule.sh");
        await File.WriteAllTextAsync(path, SnapshotScript.Text, Stop);

        ProcessResult result = await ProcessRunner.RunAsync(new ProcessCommand(words[0], [.. words[1..], "-n", path]), Stop);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }
}
