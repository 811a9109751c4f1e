using System.Security.Cryptography;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The folder of this process, 0700, for control sockets and the program that answers password prompts. The next process deletes the
/// leftovers of a killed one.</summary>
internal sealed class SshFolder : IDisposable
{
    // sun_path has 104 bytes on macOS and 108 on Linux; ssh binds the name with a dot and 16 more letters, then renames it.
    private const int SocketPathLimit = 104 - 17 - 1;
    private const int LongestName = 12;

    private const string Prefix = "etcdadmin-ssh-";

    private const string RuntimeVariable = "XDG_RUNTIME_DIR";

    private readonly Lock _making = new();
    private LockedFolder? _folder;
    private int _count;

    /// <summary>The folder; created on first use.</summary>
    /// <exception cref="EtcdException">FileWriteFailed: there is no place for it.</exception>
    public string Path
    {
        get
        {
            lock (_making) return (_folder ??= Make()).Path;
        }
    }

    /// <summary>An unused path in the folder, short enough for a socket.</summary>
    public string NewPath()
    {
        int number = Interlocked.Increment(ref _count);
        return System.IO.Path.Combine(Path, $"{number:x}");
    }

    /// <summary>Deletes the folder with its content.</summary>
    public void Dispose()
    {
        lock (_making)
        {
            // A master that is just ending may keep the folder from being deleted; the next process deletes it.
            _folder?.Dispose();
            _folder = null;
        }
    }

    private static LockedFolder Make()
    {
        string name = RandomNumberGenerator.GetHexString(8, lowercase: true);
        string? runtime = Environment.GetEnvironmentVariable(RuntimeVariable);
        foreach (string? parent in new[] { runtime, System.IO.Path.GetTempPath(), OperatingSystem.IsWindows() ? null : "/tmp" })
        {
            if (string.IsNullOrEmpty(parent)) continue;
            string path = System.IO.Path.Combine(parent, Prefix + name);
            if ((OperatingSystem.IsWindows() || path.Length + 1 + LongestName <= SocketPathLimit) && TryMake(parent, name) is { } made) return made;
        }

        throw new EtcdException(EtcdErrorIds.FileWriteFailed,
            "ssh connections need a private folder, but no suitable place for it was found.")
        { NextStep = $"Set {RuntimeVariable} or TMPDIR to a writable folder with a short path." };
    }

    private static LockedFolder? TryMake(string parent, string name)
    {
        try
        {
            return LockedFolder.Create(parent, Prefix, name, TimeSpan.Zero);
        }
        catch (EtcdException)
        {
            return null; // the next place may work: su and sudo keep the variable of another user's session
        }
    }
}
