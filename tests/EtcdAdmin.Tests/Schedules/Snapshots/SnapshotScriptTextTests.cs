using System.Text.RegularExpressions;
using EtcdAdmin.Schedules.Snapshots;

namespace EtcdAdmin.Tests.Schedules.Snapshots;

/// <summary>The file that hosts get, as people find it there.</summary>
public sealed partial class SnapshotScriptTextTests
{
    [Fact]
    public void Text_KeepsTheCommentsAndHasEachFunctionOnce()
    {
        string text = SnapshotScript.Text;

        Assert.StartsWith("#!/bin/sh\n# Written by EtcdAdmin (Register-EtcdSnapshotSchedule).", text, StringComparison.Ordinal);
        Assert.Contains("\n# verify_snapshot FILE TOOL LOG: ", text, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?m)^ *# (uses|shellcheck)", text);
        string[] functions = [.. Functions().Matches(text).Select(match => match.Groups[1].Value)];
        Assert.All(["hmac_sha256", "verify_snapshot", "week_of", "act"], name => Assert.Contains(name, functions));
        Assert.Equal(functions.Distinct(), functions);
    }

    [GeneratedRegex(@"^([a-z0-9_]+)\(\)", RegexOptions.Multiline)]
    private static partial Regex Functions();
}
