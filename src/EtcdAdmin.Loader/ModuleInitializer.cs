using System.Management.Automation;

namespace EtcdAdmin.Loader;

/// <summary>PowerShell calls this when it imports the module, before it looks at the cmdlets.</summary>
/// <remarks>
/// This is a separate assembly, listed first in the manifest: PowerShell reads all types of an assembly before it calls the assembly's
/// initializer, and the cmdlet assembly has types that derive from types of the core.
/// </remarks>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    /// <summary>Lets the cmdlets find the core.</summary>
    public void OnImport() => ModuleLoadContext.Enable();
}
