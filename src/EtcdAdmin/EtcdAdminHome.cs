namespace EtcdAdmin;

/// <summary>The folder where EtcdAdmin keeps its own things: cluster profiles, local clusters, the package cache.</summary>
/// <param name="Root">Full path; made when first written to, never by reading.</param>
public sealed record EtcdAdminHome(string Root)
{
    /// <summary>The variable that names another folder than the user's own.</summary>
    public const string Variable = "ETCDADMIN_HOME";

    /// <summary>The variable that moves the package cache alone, for instance to a disk that several users share.</summary>
    public const string PackagesVariable = "ETCDADMIN_PACKAGES";

    /// <summary>Where <see cref="Variable"/> points, else EtcdAdmin under the user's local application data.</summary>
    public static EtcdAdminHome Resolve()
    {
        string? given = Environment.GetEnvironmentVariable(Variable);
        return new EtcdAdminHome(string.IsNullOrEmpty(given)
            ? Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
                "EtcdAdmin")
            : Path.GetFullPath(given));
    }

    /// <summary>One folder per cluster profile.</summary>
    public string Clusters => Path.Combine(Root, "clusters");

    /// <summary>The members of clusters on this machine.</summary>
    public string Local => Path.Combine(Root, "local");

    /// <summary>Unpacked etcd releases.</summary>
    public string Packages => Environment.GetEnvironmentVariable(PackagesVariable) is { Length: > 0 } elsewhere
        ? Path.GetFullPath(elsewhere)
        : Path.Combine(Root, "packages");
}
