using EtcdAdmin.Errors;

namespace EtcdAdmin;

/// <summary>The folder with EtcdAdmin's permanent data: cluster profiles and etcd packages.</summary>
/// <remarks>Asking for a path does not create anything.</remarks>
public sealed class EtcdAdminHome
{
    /// <summary>The environment variable that sets another home.</summary>
    public const string HomeVariable = "ETCDADMIN_HOME";

    /// <summary>The environment variable that sets another folder for packages, for instance one that several users share.</summary>
    public const string PackagesVariable = "ETCDADMIN_PACKAGES";

    /// <summary>Sets a home.</summary>
    /// <param name="path">The folder; a relative path is relative to the current folder of the process.</param>
    /// <param name="packagesPath">The folder for packages; null is <c>packages</c> in <paramref name="path"/>.</param>
    public EtcdAdminHome(string path, string? packagesPath = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = System.IO.Path.GetFullPath(path);
        PackagesPath = string.IsNullOrWhiteSpace(packagesPath)
            ? System.IO.Path.Combine(Path, "packages")
            : System.IO.Path.GetFullPath(packagesPath);
    }

    /// <summary>The full path of the home.</summary>
    public string Path { get; }

    /// <summary>The full path of the package cache.</summary>
    public string PackagesPath { get; }

    /// <summary>The folder with one subfolder per saved cluster.</summary>
    public string ClustersPath => System.IO.Path.Combine(Path, "clusters");

    /// <summary>The folder with the members of clusters on this machine.</summary>
    public string LocalPath => System.IO.Path.Combine(Path, "local");

    /// <summary>The home of this process: <c>ETCDADMIN_HOME</c>, or else <c>EtcdAdmin</c> in the user's local application data (Linux:
    /// <c>~/.local/share</c>). <c>ETCDADMIN_PACKAGES</c> moves only the packages.</summary>
    /// <exception cref="EtcdException">HomeNotFound: the variable is not set and the user has no such folder.</exception>
    public static EtcdAdminHome Resolve()
    {
        string? home = Environment.GetEnvironmentVariable(HomeVariable);
        if (string.IsNullOrWhiteSpace(home))
        {
            // Without DoNotVerify the answer is empty if ~/.local/share does not exist yet.
            string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData,
                Environment.SpecialFolderOption.DoNotVerify);
            if (data.Length == 0)
            {
                throw new EtcdException(EtcdErrorIds.HomeNotFound,
                    "The current user has no folder for application data, so EtcdAdmin cannot store its data.")
                { NextStep = $"Set the environment variable {HomeVariable} to a folder for EtcdAdmin's data." };
            }

            home = System.IO.Path.Combine(data, "EtcdAdmin");
        }

        return new EtcdAdminHome(home, Environment.GetEnvironmentVariable(PackagesVariable));
    }

    /// <summary>The path of the home.</summary>
    public override string ToString() => Path;
}
