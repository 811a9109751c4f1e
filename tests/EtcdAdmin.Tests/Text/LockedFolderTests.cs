using EtcdAdmin.Tests.Support;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Text;

public sealed class LockedFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Create_OneOfAKilledProcessIsThere_RemovesItAndLeavesThoseOfLivingOnes()
    {
        // What a killed process leaves is the folder with its lock, which nobody holds any more.
        string killed = _folder.File("etcdadmin-ssh-killed");
        Directory.CreateDirectory(killed);
        File.WriteAllText(Path.Combine(killed, "in-use"), ".");
        string others = _folder.File("etcdadmin-ssh-begun");
        Directory.CreateDirectory(others);
        using LockedFolder living = LockedFolder.Create(_folder.Path, "etcdadmin-ssh-", "living", TimeSpan.Zero);

        using (LockedFolder next = LockedFolder.Create(_folder.Path, "etcdadmin-ssh-", "next", TimeSpan.Zero))
        {
            Assert.False(Directory.Exists(killed));
            Assert.True(Directory.Exists(living.Path));
            Assert.True(Directory.Exists(others));
            Assert.True(Directory.Exists(next.Path));
        }

        Assert.False(Directory.Exists(_folder.File("etcdadmin-ssh-next")));
    }
}
