using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using EtcdAdmin.Clusters;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Architecture;

/// <summary>
/// Each error of the client, of certificates and of connecting says what to do next, with its values in it. The errors of certificates and etcd's
/// sentences have a parameter for it.
/// </summary>
public sealed partial class NextStepTests
{
    private static readonly string[] Places = ["Client", "Text/Pem", "Clusters/Connecting", "Clusters/Health", "Text/EndpointUrl.cs"];

    [Fact]
    public void Errors_WhereTheyAreMade_HaveANextStep()
    {
        string[] files = [.. Places.Select(place => Repository.PathOf("src", "EtcdAdmin", place))
            .SelectMany(path => Directory.Exists(path) ? Directory.GetFiles(path, "*.cs", SearchOption.AllDirectories) : [path])];
        (string File, string Text)[] errors =
        [
            .. files.SelectMany(file => Made().Matches(File.ReadAllText(file)).Select(match => (file, match.Value))),
        ];

        Assert.InRange(errors.Length, 12, 100); // else they are not found any more
        Assert.All(errors, error => Assert.True(error.Text.Contains("NextStep =", StringComparison.Ordinal), $"{error.File}: {error.Text}"));
    }

    [Fact]
    public void Strings_ThatNameAValueInBraces_AreInterpolated()
    {
        string[] literals = [.. LiteralsOf(typeof(EtcdCluster).Assembly)];

        Assert.Contains(literals, literal => literal.Contains("(Remove-EtcdMember)", StringComparison.Ordinal)); // else they are not found any more
        // A placeholder that operators write: -ExtraName of New-EtcdCertificate.
        Assert.DoesNotContain(literals, literal => literal != "{member}" && ValueInBraces().IsMatch(literal));
    }

    /// <summary>The string literals of an assembly; of an interpolated string, the texts between its values.</summary>
    private static IEnumerable<string> LiteralsOf(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        MetadataReader reader = file.GetMetadataReader();
        for (UserStringHandle next = MetadataTokens.UserStringHandle(1); !next.IsNil; next = reader.GetNextHandle(next))
            yield return reader.GetUserString(next);
    }

    [GeneratedRegex(@"(?<!\$)\{[a-z]\w*(?:\.\w+)*\}", RegexOptions.IgnoreCase)]
    private static partial Regex ValueInBraces();

    // Up to the end of the statement; a semicolon within a message is not followed by the end of a line.
    [GeneratedRegex(@"new(?: Etcd(?:Rpc)?Exception)?\(\s*(?:EtcdErrorIds\.|\w+\.ErrorId).*?;\r?$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Made();
}
