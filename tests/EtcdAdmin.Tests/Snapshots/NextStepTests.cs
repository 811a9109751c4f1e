using System.Text.RegularExpressions;
using EtcdAdmin.Database;
using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Snapshots;

/// <summary>Every error tells the operator what to do next.</summary>
public sealed partial class NextStepTests
{
    [Theory]
    [InlineData("src/EtcdAdmin/Database", 3)]
    [InlineData("src/EtcdAdmin/Drills", 5)]
    [InlineData("src/EtcdAdmin/KeyFiles", 5)]
    [InlineData("src/EtcdAdmin/Recovery", 5)]
    [InlineData("src/EtcdAdmin/Schedules", 5)]
    [InlineData("src/EtcdAdmin/Snapshots", 30)]
    [InlineData("src/EtcdAdmin.PowerShell", 3)]
    public void Errors_InTheSource_SayWhatToDo(string folder, int least)
    {
        string root = Repository.PathOf(folder.Split('/'));
        var made = new List<string>();
        var without = new List<string>();
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(root, file);
            string text = File.ReadAllText(file);
            foreach (Match match in MadeHere().Matches(text))
            {
                string place = $"{name}:{text.AsSpan(0, match.Index).Count('\n') + 1}";
                made.Add(place);
                int end = text.IndexOf(";\n", match.Index, StringComparison.Ordinal);
                if (!text[match.Index..end].Contains("NextStep =", StringComparison.Ordinal)) without.Add(place);
            }
        }

        Assert.True(made.Count >= least, $"Only {made.Count} were found.");
        Assert.Empty(without);
    }

    [Fact]
    public void Translate_WhatTheSystemRefuses_SaysWhatToDoForEach()
    {
        Exception[] refusals = [new FileNotFoundException(), new UnauthorizedAccessException(), new NotSupportedException(), new IOException("lock")];

        EtcdException[] errors = [.. refusals.Select(refusal => SnapshotFile.Translate("/a.db", refusal)).OfType<EtcdException>()];

        Assert.Equal(refusals.Length, errors.Select(error => error.NextStep).OfType<string>().Distinct().Count());
        Assert.All(errors, error => Assert.Equal("/a.db", error.Target));
    }

    [GeneratedRegex(@"\bnew(?: EtcdException)?\(\s*(?:\w+ \? EtcdErrorIds\.\w+ : )?EtcdErrorIds\.\w+,\s")]
    private static partial Regex MadeHere();
}
