using System.Text.RegularExpressions;
using System.Xml.Linq;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Architecture;

/// <summary>Directory.Packages.props contains all versions of packages, and docs/dependencies.md has the same versions.</summary>
public sealed partial class PackageVersionTests
{
    private const string VersionFile = "Directory.Packages.props";

    private static readonly string[] Downloads = ["PackageDownload"];
    private static readonly string[] Uses = ["PackageReference", "PackageVersion", "GlobalPackageReference", .. Downloads];

    [Fact]
    public void Projects_TheirPackages_NameNoVersions()
    {
        IEnumerable<string> wrong =
            from file in ProjectFiles()
            where file != VersionFile
            from use in Elements(file, Uses)
            from version in VersionsOf(use)
            where !OnlyProperty().IsMatch(version)
            select $"{file}: {Name(use)} {version}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void VersionsOf_AllWaysToWriteThem_AreFound()
    {
        var use = XElement.Parse("""<PackageReference Include="A" Version="1" VersionOverride="2"><Version>3</Version></PackageReference>""");

        Assert.Equal(["1", "2", "3"], VersionsOf(use));
        Assert.Matches(OnlyProperty(), "[$(PesterVersion)]");
        Assert.DoesNotMatch(OnlyProperty(), "[6.2.0]");
        Assert.DoesNotMatch(OnlyProperty(), "[$(Major).2.0]");
    }

    [Fact]
    public void Dependencies_EachPackage_HasARowWithItsVersion()
    {
        string[][] rows = Rows(File.ReadAllText(Repository.PathOf("docs", "dependencies.md")));

        Assert.NotEmpty(Packages());
        Assert.All(Packages(), package => Assert.Contains(rows, row => row.Contains(package.Name) && row.Contains(package.Version)));
    }

    [Fact]
    public void Dependencies_EachRowWithAPackageVersion_IsAPackage()
    {
        string used = File.ReadAllText(Repository.PathOf("docs", "dependencies.md")).Split("\n## Considered")[0];
        HashSet<string> versions = [.. Packages().Select(package => package.Version)];

        IEnumerable<string> stale = Rows(used).SelectMany(row => row).Where(cell => ThreeNumbers().IsMatch(cell) && !versions.Contains(cell));

        Assert.Empty(stale);
    }

    /// <summary>The packages that are referenced, and those that are only downloaded.</summary>
    private static IEnumerable<(string Name, string Version)> Packages()
    {
        XElement[] all = [.. Document(VersionFile).Descendants()];
        IEnumerable<(string, string)> referenced =
            from package in Elements(VersionFile, ["PackageVersion"])
            select (Name(package), package.Attribute("Version")!.Value);
        IEnumerable<(string, string)> downloaded =
            from file in ProjectFiles()
            from package in Elements(file, Downloads)
            let property = OnlyProperty().Match(package.Attribute("Version")!.Value).Groups["name"].Value
            select (Name(package), all.Single(element => element.Name.LocalName == property).Value);
        return [.. referenced, .. downloaded];
    }

    /// <summary>The files that MSBuild reads, relative to the root.</summary>
    private static IEnumerable<string> ProjectFiles() =>
        from path in Directory.EnumerateFiles(
            Repository.Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
        where Path.GetExtension(path) is ".csproj" or ".props" or ".targets"
        let file = Path.GetRelativePath(Repository.Root, path)
        where !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "out")
        select file;

    private static IEnumerable<XElement> Elements(string file, string[] names) =>
        Document(file).Descendants().Where(element => names.Contains(element.Name.LocalName));

    private static XDocument Document(string file) => XDocument.Load(Repository.PathOf(file));

    private static string Name(XElement use) => use.Attribute("Include")?.Value ?? use.Attribute("Update")?.Value ?? "";

    private static IEnumerable<string> VersionsOf(XElement use) =>
    [
        .. use.Attributes()
            .Where(attribute => attribute.Name.LocalName.StartsWith("Version", StringComparison.Ordinal)).Select(attribute => attribute.Value),
        .. use.Elements().Where(element => element.Name.LocalName.StartsWith("Version", StringComparison.Ordinal)).Select(element => element.Value),
    ];

    /// <summary>The cells of all tables; several packages or versions of one row are separated by commas.</summary>
    private static string[][] Rows(string markdown) =>
    [
        .. from line in markdown.Split('\n')
           where line.StartsWith('|')
           select line.Trim('|', ' ').Split('|').SelectMany(cell => cell.Split(',')).Select(cell => cell.Trim()).ToArray(),
    ];

    /// <summary>The exact version that a property names.</summary>
    [GeneratedRegex(@"^\[\$\((?<name>\w+)\)\]$")]
    private static partial Regex OnlyProperty();

    [GeneratedRegex(@"^\d+(\.\d+){2,3}$")]
    private static partial Regex ThreeNumbers();
}
