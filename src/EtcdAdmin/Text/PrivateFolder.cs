using EtcdAdmin.Errors;

namespace EtcdAdmin.Text;

/// <summary>Folders that only their owner can read.</summary>
internal static class PrivateFolder
{
    /// <summary>Makes a folder and its missing parents with the mode 0700; an existing folder is not changed.</summary>
    /// <exception cref="EtcdException">FileWriteFailed.</exception>
    public static void Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, AtomicFile.OwnerOnlyFolder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdException(EtcdErrorIds.FileWriteFailed,
                $"Cannot create the folder '{path}': {e.Message}", e)
            {
                Target = path,
            };
        }
    }
}
