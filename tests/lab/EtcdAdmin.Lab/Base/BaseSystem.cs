using System.Security.Cryptography;
using System.Text;

namespace EtcdAdmin.Lab.Base;

/// <summary>The read-only base system of all hosts of one release: created once on a machine, then read from the cache.</summary>
internal static class BaseSystem
{
    private static readonly TimeSpan BootstrapLimit = TimeSpan.FromMinutes(15);

    private static readonly string[] Packages =
    [
        "systemd", "systemd-sysv", "dbus", "openssh-server", "iproute2", "sudo", "procps", "e2fsprogs", "xfsprogs", "util-linux",
        "libfaketime", "curl", "openssl",
    ];

    private static string Cache =>
        Environment.GetEnvironmentVariable("ETCDADMIN_LAB_CACHE") is { Length: > 0 } folder ? folder : "/var/cache/etcdadmin-lab";

    /// <summary>Returns the folder of the release's base. Creates it if it is not in the cache, which takes a minute or two.</summary>
    /// <exception cref="LabException">mmdebstrap failed; the message contains the end of its log.</exception>
    public static async Task<string> GetAsync(DebianRelease release, CancellationToken cancellationToken)
    {
        string name = release.ToString().ToLowerInvariant();
        string folder = Path.Combine(Cache, $"{name}-{RecipeVersion()}");
        if (Directory.Exists(folder)) return folder;
        Directory.CreateDirectory(Cache);
        await using FileStream held = await FileLock.TakeAsync(Path.Combine(Cache, name + ".lock"), BootstrapLimit, cancellationToken);
        if (!Directory.Exists(folder)) await MakeAsync(name, folder, cancellationToken);
        return folder;
    }

    private static async Task MakeAsync(string release, string folder, CancellationToken cancellationToken)
    {
        string unfinished = folder + ".part";
        await Tool.RunAsync("rm", ["-rf", "--one-file-system", unfinished], cancellationToken);
        string[] mirror = await FindMirrorAsync(cancellationToken) is { } address ? [address] : [];
        // In its own namespaces: if it is interrupted, its mounts and processes end too.
        CommandResult bootstrap = await Tool.TryRunAsync("unshare",
        [
            "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "mmdebstrap", "--mode=root", "--variant=minbase",
            "--include=" + string.Join(',', Packages), release, unfinished, .. mirror,
        ], "", cancellationToken);
        if (!bootstrap.Succeeded)
        {
            string end = string.Join('\n', $"{bootstrap.Output}\n{bootstrap.Error}".Split('\n').TakeLast(10));
            throw new LabException($"mmdebstrap could not create a base system of {release}: {end}");
        }

        string disks = Path.Combine(unfinished, "usr/local/sbin/lab-disks");
        await File.WriteAllTextAsync(disks, ReadResource("disks.sh"), cancellationToken);
        await Tool.RunAsync("chmod", ["755", disks], cancellationToken);
        await Tool.FeedAsync("chroot", [unfinished, "/bin/sh", "-s"], ReadResource("configure.sh"), cancellationToken);
        Directory.Move(unfinished, folder);
    }

    /// <summary>The package mirror of this machine's apt; null for mmdebstrap's default.</summary>
    private static async Task<string?> FindMirrorAsync(CancellationToken cancellationToken)
    {
        CommandResult targets = await Tool.TryRunAsync(
            "apt-get", ["indextargets", "--format", "$(REPO_URI) $(CODENAME)", "Created-By: Packages"], "", cancellationToken);
        // A release has a plain code name; updates and security have a suffix.
        return targets.Output.Split('\n')
            .Select(line => line.Split(' '))
            .FirstOrDefault(target => target.Length == 2 && target[1].All(char.IsAsciiLetter))?[0];
    }

    private static string RecipeVersion()
    {
        string recipe = string.Join('\n', [.. Packages, ReadResource("disks.sh"), ReadResource("configure.sh")]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(recipe)))[..8];
    }

    private static string ReadResource(string name)
    {
        using Stream resource = typeof(BaseSystem).Assembly.GetManifestResourceStream(name)!; // embedded by the project file
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
