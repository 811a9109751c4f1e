using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace EtcdAdmin.Loader;

/// <summary>
/// Loads the core and its libraries from the module's <c>lib</c> folder, independent of the versions that other modules loaded.
/// </summary>
/// <remarks>
/// PowerShell loads the cmdlets into the default context; they use only the core. The core requests its libraries from this context,
/// which looks in <c>lib</c> first. So the core never gets another module's Google.Protobuf, Grpc.Net.Client or YamlDotNet.
/// </remarks>
internal sealed class ModuleLoadContext : AssemblyLoadContext
{
    private const string Core = "EtcdAdmin";

    private static readonly ModuleLoadContext Instance = new();

    private readonly string _libraries =
        Path.Combine(Path.GetDirectoryName(typeof(ModuleLoadContext).Assembly.Location) ?? "", "lib");

    // A static constructor runs once per process, so an import in a second runspace does not add a second handler.
    static ModuleLoadContext() => Default.Resolving += static (_, name) => name.Name == Core ? Instance.LoadFromAssemblyName(name) : null;

    private ModuleLoadContext()
        : base(Core)
    {
    }

    /// <summary>Makes the core available to the process. Repeated calls do nothing.</summary>
    public static void Enable() => RuntimeHelpers.RunClassConstructor(typeof(ModuleLoadContext).TypeHandle);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string path = Path.Combine(_libraries, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null; // null: .NET's own, from the default context
    }
}
