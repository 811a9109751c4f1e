using System.Security.Cryptography;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The folder of this process, 0700, for control sockets and the program that answers password prompts. What a killed process left, the next one removes.</summary>
internal sealed class SshFolder : IDisposable
{
    // sun_path holds 104 bytes on macOS and 108 on Linux; ssh binds the name with a dot and 16 letters more, then renames it.
    private const int SocketPathLimit = 104 - 17 - 1;
    private const int LongestName = 12;

    private const string Prefix = "etcdadmin-ssh-";

    private const string RuntimeVariable = "XDG_RUNTIME_DIR";

    private readonly Lock _making = new();
    private LockedFolder? _folder;
    private int _count;

    /// <summary>The folder; made when first asked for.</summary>
    /// <exception cref="EtcdException">FileWriteFailed: no place for it.</exception>
    public string Path
    {
        get
        {
            lock (_making) return (_folder ??= Make()).Path;
        }
    }

    /// <summary>A path there that nobody has used yet, short enough for a socket.</summary>
    public string NewPath()
    {
        int number = Interlocked.Increment(ref _count);
        return System.IO.Path.Combine(Path, $"{number:x}");
    }

    /// <summary>Removes it with all that is in it.</summary>
    public void Dispose()
    {
        lock (_making)
        {
            // A master that is just ending may keep it from being removed; the next process does that.
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
            "There is no place for a private folder, in which connections to hosts are kept.")
        { NextStep = $"Set {RuntimeVariable} or TMPDIR to a folder that you may write to and that has a short path." };
    }

    private static LockedFolder? TryMake(string parent, string name)
    {
        try
        {
            return LockedFolder.Create(parent, Prefix, name, TimeSpan.Zero);
        }
        catch (EtcdException)
        {
            return null; // the next place may do: the variable of another user's session survives su and sudo
        }
    }
}
