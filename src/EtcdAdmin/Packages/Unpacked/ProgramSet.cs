namespace EtcdAdmin.Packages.Unpacked;

/// <summary>The programs of one etcd in a folder.</summary>
internal sealed record ProgramSet(string Etcd, string? Etcdctl, string? Etcdutl)
{
    /// <summary>The programs of etcd that EtcdAdmin uses, without Windows' suffix.</summary>
    public static IReadOnlyList<string> Names { get; } = ["etcd", "etcdctl", "etcdutl"];

    public IEnumerable<string> All => new[] { Etcd, Etcdctl, Etcdutl }.OfType<string>();

    /// <summary>The programs in the folder itself; null without etcd.</summary>
    public static ProgramSet? Find(string folder)
    {
        string? etcd = Program(folder, "etcd");
        return etcd is null ? null : new ProgramSet(etcd, Program(folder, "etcdctl"), Program(folder, "etcdutl"));
    }

    public static string? Program(string folder, string name)
    {
        // Both names on every system: a folder for Windows can be checked on Linux.
        string path = System.IO.Path.Combine(folder, name);
        return File.Exists(path) ? path : File.Exists(path + ".exe") ? path + ".exe" : null;
    }
}
