# Snapshots in every form, as an operator meets them: packed, encrypted, on the member's host, of several clusters at once.
BeforeAll {
    Set-StrictMode -Version Latest
    $module = Join-Path $PSScriptRoot '../../out/EtcdAdmin' | Resolve-Path
    Import-Module "$module/EtcdAdmin.psd1"
    . (Join-Path $PSScriptRoot 'OwnHome.ps1')

    $missing = $null
    try {
        foreach ($name in 'one', 'two') {
            Install-EtcdCluster $name -Local -Version 3.5 -ClientPort (Get-FreePort 1) -PeerPort (Get-FreePort 1) -ErrorAction Stop | Out-Null
            1..50 | ForEach-Object { Set-EtcdKey -Cluster $name "/$name/$_" ('v' * 1000) }
        }
    }
    catch {
        if ($_.FullyQualifiedErrorId -notlike 'EtcdPackageNotFound,*') { throw }
        $missing = "etcd 3.5 is not available here: $_"
    }

    $secret = ConvertTo-SecureString 'open sesame' -AsPlainText -Force
}

AfterAll { Remove-OwnHome }

Describe 'Save-EtcdSnapshot' {
    BeforeEach { if ($missing) { Set-ItResult -Skipped -Because $missing } }

    It 'packs as <Compress>, and every command reads it' -ForEach @(
        @{ Compress = 'Gzip'; Ending = '.db.gz' }, @{ Compress = 'Zip'; Ending = '.zip' }, @{ Compress = 'TarGz'; Ending = '.tar.gz' }) {
        $saved = Save-EtcdSnapshot one ./packed -Compress $Compress

        $saved.Path | Should -Match "etcd-snapshot-\d{4}-\d\d-\d\d-\d\d\.\d\d\.\d\d$([regex]::Escape($Ending))$"
        $read = $saved | Get-EtcdSnapshot
        $read.Format.Compression | Should -Be $Compress
        $read.Sha256 | Should -Be (Get-FileHash $saved.Path).Hash
        $read.Size | Should -Be (Get-Item $saved.Path).Length
        $read.TotalKeys, $read.ClusterName | Should -Be 50, 'one'
        ($saved | Get-EtcdSnapshotKey -Prefix /one/ | Measure-Object).Count | Should -Be 50
        ($saved | Measure-EtcdSnapshot).Keys | Should -Be 50
        Compare-EtcdSnapshot $saved.Path -Cluster one | Should -BeNullOrEmpty
        $read | Format-List | Out-String | Should -Match 'Format'
    }

    It 'lists all of them in a folder' {
        (Get-EtcdSnapshot ./packed).Format | ForEach-Object { "$_" } | Sort-Object | Should -Be 'gzip', 'tar.gz', 'zip'
        Copy-Item (Get-EtcdSnapshot ./packed)[0].Path ./packed/credentials.tar.gz
        Get-EtcdSnapshot ./packed | Should -HaveCount 3
    }

    It 'encrypts with a passphrase, which is asked for by name' {
        $saved = Save-EtcdSnapshot one ./locked -Compress Gzip -Passphrase $secret

        $saved.Path | Should -BeLike '*.db.gz.enc'
        "$($saved.Format)" | Should -Be 'gzip, encrypted (CMS)'
        (Get-EtcdSnapshot $saved.Path -Passphrase $secret).TotalKeys | Should -Be 50
        ($saved | Get-EtcdSnapshotKey -Prefix /one/7 -Passphrase $secret).Key | Should -Be '/one/7'
        { Get-EtcdSnapshot $saved.Path -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdSnapshotEncrypted,*'
        $wrong = ConvertTo-SecureString 'Open Sesame' -AsPlainText -Force
        { Get-EtcdSnapshot $saved.Path -Passphrase $wrong -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdSnapshotKeyWrong,*'
    }

    It 'encrypts for certificates, as files or as objects' {
        $key = [Security.Cryptography.RSA]::Create(2048)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=backup', $key, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $certificate = $request.CreateSelfSigned([DateTimeOffset]::Now.AddDays(-1), [DateTimeOffset]::Now.AddDays(1))
        Set-Content ./backup.crt $certificate.ExportCertificatePem()
        Set-Content ./backup.key $key.ExportPkcs8PrivateKeyPem()

        $saved = Save-EtcdSnapshot one ./locked/for-file.db.enc -RecipientCertificate ./backup.crt
        $other = Save-EtcdSnapshot one ./locked/for-object.zip.enc -Compress Zip -RecipientCertificate $certificate

        (Get-EtcdSnapshot $saved.Path -DecryptionCertificate ./backup.crt -CertificateKeyPath ./backup.key).TotalKeys | Should -Be 50
        (Get-EtcdSnapshot $other.Path -DecryptionCertificate $certificate).TotalKeys | Should -Be 50
        { Get-EtcdSnapshot $saved.Path -DecryptionCertificate ./backup.crt -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdCertificateInvalid,*'
        { Save-EtcdSnapshot one ./locked -RecipientCertificate ./nowhere.crt -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdCertificateInvalid,*'
        Compare-EtcdSnapshot $saved.Path $other.Path -DecryptionCertificate $certificate | Should -BeNullOrEmpty
    }

    It 'encrypts in its own container by choice' {
        $saved = Save-EtcdSnapshot one ./locked/own.db.enc -Passphrase $secret -EncryptionFormat Container -WarningVariable warnings

        "$($saved.Format)" | Should -Be 'encrypted'
        $warnings | Should -BeNullOrEmpty
        (Get-EtcdSnapshot $saved.Path -Passphrase $secret).TotalKeys | Should -Be 50
        { Save-EtcdSnapshot one ./locked -EncryptionFormat Cms -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
        { Save-EtcdSnapshot one ./locked -Passphrase $secret -EncryptionFormat None } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'loads the library for CMS only when it meets a CMS file, and apart from others' {
        $script = @"
            Import-Module '$module/EtcdAdmin.psd1'
            function Get-Loaded { [Runtime.Loader.AssemblyLoadContext]::All | ForEach-Object { `$name = `$_.Name; `$_.Assemblies | Where-Object { "`$_" -like 'BouncyCastle*' } | ForEach-Object { `$name } } }
            Save-EtcdSnapshot one ./plain -Compress Gzip | Get-EtcdSnapshot | Out-Null
            "before: `$(Get-Loaded)"
            (Get-EtcdSnapshot '$((Get-Item ./locked/*.db.gz.enc)[0])' -Passphrase (ConvertTo-SecureString 'open sesame' -AsPlainText -Force)).TotalKeys
            "after: `$(Get-Loaded)"
"@
        pwsh -NoProfile -c $script | Should -Be 'before: ', '50', 'after: EtcdAdmin'
    }

    It 'saves several clusters at once; one that is dead hides no other' {
        $dead = (Get-EtcdCluster one).GetType()::new('dead', [uri[]]"http://127.0.0.1:$(Get-FreePort 1)")

        $saved = 'one', $dead, 'two' | Save-EtcdSnapshot -Destination ./several -ErrorVariable errors -ErrorAction SilentlyContinue

        $saved.ClusterName | Sort-Object | Should -Be 'one', 'two'
        $saved.Path | Select-Object -Unique | Should -HaveCount 2
        $errors | Should -HaveCount 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'EtcdNotHealthy,*'
        $errors[0].TargetObject | Should -Be 'dead'
        Get-ChildItem ./several -Force | Should -HaveCount 4
    }

    It 'does not save several clusters as one file' {
        { 'one', 'two' | Save-EtcdSnapshot -Destination ./both.db -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdInvalidArgument,*'
        './both.db' | Should -Not -Exist
    }

    It 'keeps it on the host of the member, with the command that fetches it' {
        $kept = Save-EtcdSnapshot one ./kept -OnHost

        $kept.HostName, $kept.TotalKeys, $kept.ClusterName | Should -Be 'localhost', 50, 'one'
        $kept.Sha256 | Should -Be (Get-FileHash $kept.Path).Hash
        $kept.CopyCommand | Should -Be "cp -p -- $($kept.Path) $($kept.Path).json ."
        (Get-EtcdSnapshot $kept.Path).ClusterName | Should -Be 'one'
        { Save-EtcdSnapshot one ./kept -OnHost -HostName n9 -ErrorAction Stop } | Should -Throw -ErrorId 'EtcdMemberNotFound,*'
        { Save-EtcdSnapshot one ./kept -OnHost -Compress Gzip } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }

    It 'touches nothing under -WhatIf' {
        'one', 'two' | Save-EtcdSnapshot -Destination ./nothing -WhatIf | Should -BeNullOrEmpty
        Save-EtcdSnapshot one ./nothing -OnHost -WhatIf | Should -BeNullOrEmpty
        './nothing' | Should -Not -Exist
    }
}
