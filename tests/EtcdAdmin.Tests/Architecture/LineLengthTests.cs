using System.Globalization;
using System.Text.RegularExpressions;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Architecture;

/// <summary>Lines of C# are as long as .editorconfig allows. The formatter does not break or report longer ones.</summary>
public sealed partial class LineLengthTests
{
    private static readonly string[] Folders = ["src", "tests", "bench", "samples"];

    /// <summary>Files with lines that cannot be broken. What is in raw strings over several lines needs no entry.</summary>
    private static readonly string[] Unbreakable =
    [
        "EtcdLogTests.cs", "SecretFilterTests.cs", // lines of a log, as data of a theory
        "LearnerPeers.cs", "PackageName.cs", // regular expressions of attributes
        "StoreSignatureTests.cs", // texts of published test vectors
    ];

    [Fact]
    public void Files_OfCSharp_HaveNoLongLines()
    {
        string[] wrong = [.. LongLines().Where(line => !Unbreakable.Contains(Path.GetFileName(line.File)))
            .Select(line => $"{line.File}:{line.Number}")];

        Assert.Empty(wrong);
    }

    [Fact]
    public void Unbreakable_EachFile_HasALongLine()
    {
        IEnumerable<string> names = LongLines().Select(line => Path.GetFileName(line.File));

        Assert.Empty(Unbreakable.Except(names));
    }

    [Fact]
    public void LongLines_OfRawStrings_AreNotCounted()
    {
        string longText = new('a', Longest() + 1);
        string[] lines = ["string a = \"\"\"", longText, "    \"\"\";", longText, $"string b = \"\"\"{longText}\"\"\";", longText];

        Assert.Equal([4, 5, 6], LongLines(lines, Longest()));
    }

    private static IEnumerable<(string File, int Number)> LongLines()
    {
        int longest = Longest();
        return from folder in Folders
               from path in Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
               let file = Path.GetRelativePath(Repository.Root, path)
               where !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin")
               from number in LongLines(File.ReadAllLines(path), longest)
               select (file, number);
    }

    /// <summary>The numbers of the lines that are too long and do not begin in a raw string.</summary>
    private static IEnumerable<int> LongLines(string[] lines, int longest)
    {
        bool isRaw = false;
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length > longest && !isRaw) yield return i + 1;
            isRaw ^= RawQuotes().Count(lines[i]) % 2 == 1;
        }
    }

    private static int Longest() => int.Parse(
        MaxLineLength().Match(File.ReadAllText(Repository.PathOf(".editorconfig"))).Groups["length"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawQuotes();

    [GeneratedRegex(@"^max_line_length = (?<length>\d+)", RegexOptions.Multiline)]
    private static partial Regex MaxLineLength();
}
