using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Architecture;

public sealed class DependencyTests
{
    private static readonly Assembly Core = typeof(EtcdException).Assembly;

    [Fact]
    public void TypeReferences_OfAType_CoverSignaturesBodiesAndArguments()
    {
        Type[] used = [.. TypeReferences.Of(typeof(Sample))];

        Assert.Superset(
            new HashSet<Type> { typeof(Uri), typeof(Version), typeof(Guid), typeof(StringComparer), typeof(Half), typeof(TimeZoneNotFoundException) },
            used.ToHashSet());
    }

    [Fact]
    public void Core_ItsReferences_HoldNothingOfPowerShell()
    {
        IEnumerable<string?> names = Core.GetReferencedAssemblies().Select(name => name.Name);

        Assert.DoesNotContain("System.Management.Automation", names);
    }

    /// <summary>The cmdlets live in PowerShell's own load context, where another module's version of a library may sit.</summary>
    [Fact]
    public void Cmdlets_TheirReferences_AreNetPowerShellAndTheCore()
    {
        using var file = new PEReader(File.OpenRead(Repository.PathOf("out", "EtcdAdmin", "EtcdAdmin.PowerShell.dll")));
        MetadataReader metadata = file.GetMetadataReader();

        IEnumerable<string> names = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name));

        Assert.All(names, name => Assert.True(name is "EtcdAdmin" || name.StartsWith("System.", StringComparison.Ordinal), name));
    }

    private sealed class Sample
    {
        private readonly List<Uri> _inAField = [];

        public int Count => _inAField.Count;

        public static Version? InASignature(Guid[] parameter)
        {
            try
            {
                return StringComparer.Ordinal.Equals(nameof(Half), typeof(Half).Name) ? new Version(parameter.Length, 0) : null;
            }
            catch (TimeZoneNotFoundException)
            {
                return null;
            }
        }
    }
}
