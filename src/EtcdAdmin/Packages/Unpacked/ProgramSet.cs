namespace EtcdAdmin.Packages.Unpacked;

/// <summary>The programs of one etcd, found in a folder.</summary>
internal sealed record ProgramSet(string Etcd, string? Etcdctl, string? Etcdutl)
{
    /// <summary>Everything of etcd that is of use, without the suffix of Windows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["etcd", "etcdctl", "etcdutl"];

    public IEnumerable<string> All => new[] { Etcd, Etcdctl, Etcdutl }.OfType<string>();

    /// <summary>The programs that lie in this folder itself; null where etcd is not among them.</summary>
    public static ProgramSet? Find(string folder)
    {
        string? etcd = Program(folder, "etcd");
        return etcd is null ? null : new ProgramSet(etcd, Program(folder, "etcdctl"), Program(folder, "etcdutl"));
    }

    public static string? Program(string folder, string name)
    {
        // Both names everywhere: a folder for Windows may well be looked at from Linux.
        string path = System.IO.Path.Combine(folder, name);
        return File.Exists(path) ? path : File.Exists(path + ".exe") ? path + ".exe" : null;
    }
}
