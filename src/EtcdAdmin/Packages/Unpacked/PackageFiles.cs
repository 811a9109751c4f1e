namespace EtcdAdmin.Packages.Unpacked;

/// <summary>The package files on disk.</summary>
internal static class PackageFiles
{
    /// <summary>0755: all users may run the programs, only the owner may change them.</summary>
    public const UnixFileMode ProgramMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Deletes a temporary folder of this process; leftovers are harmless.</summary>
    public static void DeleteTemporary(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Windows: a virus scanner may still have a program open. The cache deletes old folders later.
        }
    }
}
