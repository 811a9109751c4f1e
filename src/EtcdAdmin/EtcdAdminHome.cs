using EtcdAdmin.Errors;

namespace EtcdAdmin;

/// <summary>The folder in which EtcdAdmin keeps what outlives a session: cluster profiles and etcd packages.</summary>
/// <remarks>Nothing is created by asking for a path.</remarks>
public sealed class EtcdAdminHome
{
    /// <summary>The environment variable that names another home.</summary>
    public const string HomeVariable = "ETCDADMIN_HOME";

    /// <summary>The environment variable that names another folder for packages, for instance one shared by several users.</summary>
    public const string PackagesVariable = "ETCDADMIN_PACKAGES";

    /// <summary>Names a home.</summary>
    /// <param name="path">The folder; a relative path counts from the current folder of the process.</param>
    /// <param name="packagesPath">Where packages are; null is <c>packages</c> beneath <paramref name="path"/>.</param>
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

    /// <summary>One folder per saved cluster.</summary>
    public string ClustersPath => System.IO.Path.Combine(Path, "clusters");

    /// <summary>The members of clusters that run on this machine.</summary>
    public string LocalPath => System.IO.Path.Combine(Path, "local");

    /// <summary>
    /// The home of this process: <c>ETCDADMIN_HOME</c>, else <c>EtcdAdmin</c> in the user's local application data (Linux:
    /// <c>~/.local/share</c>). <c>ETCDADMIN_PACKAGES</c> moves the packages alone.
    /// </summary>
    /// <exception cref="EtcdException">HomeNotFound: the variable is not set and the user has no such folder.</exception>
    public static EtcdAdminHome Resolve()
    {
        string? home = Environment.GetEnvironmentVariable(HomeVariable);
        if (string.IsNullOrWhiteSpace(home))
        {
            // Without DoNotVerify the answer is empty where nobody has created ~/.local/share yet.
            string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData,
                Environment.SpecialFolderOption.DoNotVerify);
            if (data.Length == 0)
            {
                throw new EtcdException(EtcdErrorIds.HomeNotFound,
                    "This user has no folder for application data.")
                { NextStep = $"Set {HomeVariable} to a folder for EtcdAdmin." };
            }

            home = System.IO.Path.Combine(data, "EtcdAdmin");
        }

        return new EtcdAdminHome(home, Environment.GetEnvironmentVariable(PackagesVariable));
    }

    /// <summary>The path of the home.</summary>
    public override string ToString() => Path;
}
