using System.Security.Cryptography;

namespace EtcdAdmin.Hosts.Ssh;

/// <summary>The folder of this process, 0700, for control sockets and the program that answers password prompts.</summary>
internal sealed class SshFolder : IDisposable
{
    // sun_path holds 104 bytes on macOS and 108 on Linux; ssh binds the name with a dot and 16 letters more, then renames it.
    private const int SocketPathLimit = 104 - 17 - 1;
    private const int LongestName = 12;

    private const string RuntimeVariable = "XDG_RUNTIME_DIR";

    private readonly Lock _making = new();
    private string? _path;
    private int _count;

    /// <summary>The folder; made when first asked for.</summary>
    /// <exception cref="EtcdException">FileWriteFailed: no place for it.</exception>
    public string Path
    {
        get
        {
            lock (_making) return _path ??= Make();
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
            if (_path is null) return;
            try
            {
                Directory.Delete(_path, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A master that is just ending has removed its own socket in between; what may stay holds no secret.
            }

            _path = null;
        }
    }

    private static string Make()
    {
        string name = "etcdadmin-" + RandomNumberGenerator.GetHexString(8, lowercase: true);
        string? runtime = Environment.GetEnvironmentVariable(RuntimeVariable);
        foreach (string? parent in new[] { runtime, System.IO.Path.GetTempPath(), OperatingSystem.IsWindows() ? null : "/tmp" })
        {
            if (string.IsNullOrEmpty(parent)) continue;
            string path = System.IO.Path.Combine(parent, name);
            if (OperatingSystem.IsWindows() || path.Length + 1 + LongestName <= SocketPathLimit)
            {
                if (TryMake(path)) return path;
            }
        }

        throw new EtcdException(EtcdErrorIds.FileWriteFailed, EtcdErrorKind.HostOperation,
            "There is no place for a private folder, in which connections to hosts are kept.")
        { NextStep = $"Set {RuntimeVariable} or TMPDIR to a folder that you may write to and that has a short path." };
    }

    private static bool TryMake(string path)
    {
        try
        {
            PrivateFolder.Create(path);
            return true;
        }
        catch (EtcdException)
        {
            return false; // the next place may do: the variable of another user's session survives su and sudo
        }
    }
}
