using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace EtcdAdmin.Loader;

/// <summary>Loads the core and its libraries from the module's <c>lib</c> folder, whatever versions other modules brought along.</summary>
/// <remarks>
/// The cmdlets live in the default context, where PowerShell puts them; they see the core only. The core asks this context for
/// everything else, and this context looks into <c>lib</c> first. So ours never meets a foreign Google.Protobuf or YamlDotNet.
/// </remarks>
internal sealed class ModuleLoadContext : AssemblyLoadContext
{
    private const string Core = "EtcdAdmin";

    private static readonly ModuleLoadContext Instance = new();

    private readonly string _libraries =
        Path.Combine(Path.GetDirectoryName(typeof(ModuleLoadContext).Assembly.Location) ?? "", "lib");

    // A static constructor runs once per process, so a second runspace that imports the module does not hook a second time.
    static ModuleLoadContext() => Default.Resolving += static (_, name) => name.Name == Core ? Instance.LoadFromAssemblyName(name) : null;

    private ModuleLoadContext()
        : base(Core)
    {
    }

    /// <summary>From now on the process finds the core. Repeating it does nothing.</summary>
    public static void Enable() => RuntimeHelpers.RunClassConstructor(typeof(ModuleLoadContext).TypeHandle);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string path = Path.Combine(_libraries, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null; // null: .NET's own, from the default context
    }
}
