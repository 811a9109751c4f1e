namespace EtcdAdmin.Tests.Support;

/// <summary>Where real etcd programs are, by minor version.</summary>
internal sealed record EtcdBinaries(string Version, string Folder)
{
    /// <summary>The server.</summary>
    public string Etcd => Path.Combine(Folder, "etcd");

    /// <summary>The command line client.</summary>
    public string Etcdctl => Path.Combine(Folder, "etcdctl");

    /// <summary>The offline tool, since 3.5; before, etcdctl does its work.</summary>
    public string Etcdutl => Path.Combine(Folder, "etcdutl");

    /// <summary>At least this minor version.</summary>
    public bool IsAtLeast(string version) => System.Version.Parse(Version) >= System.Version.Parse(version);

    /// <summary>The programs of a minor version; skips the test where they are missing.</summary>
    /// <param name="version">For instance <c>3.5</c>.</param>
    public static EtcdBinaries Require(string version)
    {
        string variable = "ETCDADMIN_ETCD_" + version.Replace('.', '_');
        string? folder = Environment.GetEnvironmentVariable(variable);
        Assert.SkipUnless(folder is not null && File.Exists(Path.Combine(folder, "etcd")),
            $"etcd {version} not found: set {variable} to the folder that holds etcd and etcdctl.");
        return new EtcdBinaries(version, folder!); // SkipUnless does not return otherwise
    }
}
