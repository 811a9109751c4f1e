using System.Reflection;
using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Architecture;

public sealed partial class FloorPlanTests
{
    private static readonly Assembly Core = typeof(EtcdException).Assembly;

    [Theory]
    [InlineData("EtcdAdmin", "src", "EtcdAdmin")]
    [InlineData("EtcdAdmin.Tests", "tests", "EtcdAdmin.Tests")]
    public void Files_Namespace_IsTheFolder(string root, params string[] folder)
    {
        string top = Repository.PathOf(folder);
        string[] files = [.. Directory.EnumerateFiles(top, "*.cs", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(top, file))
            .Where(file => file.Split('/')[0] is not ("obj" or "bin"))];

        IEnumerable<string> wrong =
            from file in files
            let declared = Declaration().Match(File.ReadAllText(Path.Combine(top, file))).Groups["name"].Value
            let expected = string.Join('.', [root, .. file.Split('/').SkipLast(1)])
            where declared.Length > 0 && declared != expected
            select $"{file}: {declared}";

        Assert.NotEmpty(files);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Core_AllUsesOfFolders_PointDownward()
    {
        IReadOnlyList<string> violations = FloorPlan.Core.FindViolations(FloorPlan.UsesIn(Core));

        Assert.Empty(violations);
    }

    [Fact]
    public void Core_NoTwoFolders_UseEachOther()
    {
        IReadOnlyList<string> circles = FloorPlan.FindCircles(FloorPlan.UsesIn(Core));

        Assert.Empty(circles);
    }

    [Fact]
    public void Core_EveryTopFolder_HasAFloor()
    {
        IEnumerable<string> tops = FloorPlan.UsesIn(Core).SelectMany(use => new[] { use.From, use.To }).Select(FloorPlan.TopOf).Distinct();

        Assert.All(tops, top => Assert.NotNull(FloorPlan.Core.FloorOf(top)));
    }

    [Fact]
    public void FindViolations_HostsMayNotUseErrors_FindsTheFiles()
    {
        var strict = FloorPlan.Core with
        {
            Floors = [["Hosts"], .. FloorPlan.Core.Floors.Where(floor => !floor.Contains("Hosts")), ["Client", "Security"]],
        };

        IReadOnlyList<string> violations = strict.FindViolations(FloorPlan.UsesIn(Core));

        Assert.Contains("Hosts/Processes/RunningProcess -> Errors/EtcdException", violations);
    }

    [Fact]
    public void FindCircles_ThreeFoldersInARing_AreNamed()
    {
        FolderUse[] uses =
        [
            new("A", "One", "B", "Two"),
            new("B", "Two", "C.D", "Three"),
            new("C.D", "Three", "A", "One"),
            new("A", "One", "E", "Five"),
        ];

        IReadOnlyList<string> circles = FloorPlan.FindCircles(uses);

        Assert.Equal(["A/One -> B/Two", "B/Two -> C/D/Three", "C/D/Three -> A/One"], circles);
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
